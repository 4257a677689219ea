/* The peer of the RFB benchmark: decodes a replayed capture with libvncclient, and prints CPU seconds and a checksum of the last picture.
 *   libvnc_peer SOCKET WARM-UPS ROUNDS
 * Every round is one connection, from its handshake to the end of the capture. */
#include <rfb/rfbclient.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

static int updates;

static void finished(rfbClient *client) {
  (void)client;
  updates++;
}

static void quiet(const char *format, ...) { (void)format; }

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static uint32_t sum;

static void replay(const char *path, int look) {
  rfbClient *client = rfbGetClient(8, 3, 4);
  client->format.redShift = 16;
  client->format.greenShift = 8;
  client->format.blueShift = 0;
  client->canHandleNewFBSize = TRUE;
  client->FinishedFrameBufferUpdate = finished;
  client->appData.encodingsString = "tight zrle zlib hextile copyrect raw";
  client->serverHost = strdup(path);
  if (!rfbInitClient(client, NULL, NULL)) {
    fputs("the connection failed\n", stderr);
    exit(1);
  }
  updates = 0;
  while (WaitForMessage(client, 10000000) > 0 && HandleRFBServerMessage(client))
    ;
  sum = 2166136261u;
  const uint32_t *pixels = (const uint32_t *)client->frameBuffer;
  for (int i = 0; look && i < client->width * client->height; i++)
    sum = (sum ^ (pixels[i] & 0xFFFFFF)) * 16777619u;
  free(client->frameBuffer);
  rfbClientCleanup(client);
}

int main(int count, char **arguments) {
  if (count != 4)
    return 2;
  rfbClientLog = rfbClientErr = quiet;
  for (int i = atoi(arguments[2]); i > 0; i--)
    replay(arguments[1], 0);
  double before = cpu_seconds();
  for (int i = atoi(arguments[3]); i > 0; i--)
    replay(arguments[1], 0);
  double spent = cpu_seconds() - before;
  /* Once more, to look at the last picture: that is no part of decoding. */
  replay(arguments[1], 1);
  printf("%.4f %d %08x\n", spent, updates, sum);
  return 0;
}
