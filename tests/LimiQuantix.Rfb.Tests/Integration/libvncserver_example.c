/* A server of libvncserver's for the tests: a screen of soft and hard colours. The key 'c' moves a part of it by CopyRect, 'r' gives the
 * desktop another size. Prints its port. */
#include <rfb/rfb.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

enum { WIDTH = 640, HEIGHT = 480 };

static void draw(uint32_t *pixels, int width, int height) {
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      uint32_t colour = 0x203040;                                            /* a ground of one colour, */
      if (x < 200)
        colour = (uint32_t)((x & 255) << 16 | (y & 255) << 8 | ((x + y) & 255)); /* one that no two pixels share, */
      else if (x > 400 && y < 240)
        colour = (x / 7 + y / 5) % 3 ? 0xF0F0E0 : 0x102010;                   /* and one of few colours and many edges */
      pixels[y * width + x] = colour;
    }
}

static void key(rfbBool down, rfbKeySym symbol, rfbClientPtr client) {
  rfbScreenInfoPtr screen = client->screen;
  if (!down)
    return;
  if (symbol == 'c')
    rfbDoCopyRect(screen, 300, 250, 400, 350, 250, 230);
  if (symbol == 'r') {
    char *old = screen->frameBuffer;
    uint32_t *pixels = malloc(320 * 200 * 4);
    draw(pixels, 320, 200);
    rfbNewFramebuffer(screen, (char *)pixels, 320, 200, 8, 3, 4);
    screen->serverFormat.redShift = 16;
    screen->serverFormat.blueShift = 0;
    free(old);
  }
}

int main(int count, char **arguments) {
  rfbScreenInfoPtr screen = rfbGetScreen(&count, arguments, WIDTH, HEIGHT, 8, 3, 4);
  screen->frameBuffer = malloc(WIDTH * HEIGHT * 4);
  screen->serverFormat.redShift = 16;
  screen->serverFormat.blueShift = 0;
  screen->desktopName = "example";
  screen->kbdAddEvent = key;
  screen->alwaysShared = TRUE;
  screen->autoPort = TRUE;
  screen->listenInterface = htonl(INADDR_LOOPBACK);
  screen->ipv6port = 0;
  draw((uint32_t *)screen->frameBuffer, WIDTH, HEIGHT);
  rfbInitServer(screen);
  printf("%d\n", screen->port);
  fflush(stdout);
  rfbRunEventLoop(screen, 20000, FALSE);
  return 0;
}
