using LimiQuantix.Images.Download;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images;

internal sealed class DownloadJournalTests
{
    private static readonly DownloadPlan Plan = new()
    {
        SourceKey = "k",
        LengthBytes = 1_000_000,
        ChunkBytes = 64 << 10,
        Validator = "\"v1\"",
    };

    [Test]
    public async Task What_was_noted_is_read_and_a_torn_line_is_cut_off()
    {
        await using var folder = new TemporaryFolder();
        var path = folder.Combine("journal");
        using (var journal = DownloadJournal.Create(path, JournalHeader.Of(Plan)))
        {
            journal.Append(3, 0xFEDCBA9876543210);
            journal.Append(0, 1);
        }

        await File.AppendAllTextAsync(path, "00000005 00");
        using (var journal = DownloadJournal.Open(path)!)
        {
            Assert.That(journal.Chunks, Is.EquivalentTo(new Dictionary<int, ulong> { [3] = 0xFEDCBA9876543210, [0] = 1 }));
            journal.Append(7, 2);
        }

        using var again = DownloadJournal.Open(path);
        Assert.That(again!.Chunks.Keys, Is.EquivalentTo(new[] { 0, 3, 7 }));
    }

    [Test]
    public void Chunks_fit_the_same_version_or_a_mirror_under_the_same_digest()
    {
        var digest = TestImages.Sha256([1]);
        var plain = JournalHeader.Of(Plan);
        var pinned = JournalHeader.Of(Plan with { ExpectedDigest = digest });

        Assert.That(plain.Fits(Plan));
        Assert.That(plain.Fits(Plan with { Validator = "\"v2\"" }), Is.False);
        Assert.That(plain.Fits(Plan with { LengthBytes = 1 }), Is.False);
        Assert.That(plain.Fits(Plan with { SourceKey = "mirror" }), Is.False);
        Assert.That(pinned.Fits(Plan with { SourceKey = "mirror", ExpectedDigest = digest, Validator = "\"m\"" }));
        Assert.That(pinned.Fits(Plan with { Validator = "\"v2\"", ExpectedDigest = digest }), "the digest judges");
        Assert.That(JournalHeader.Of(Plan with { Validator = null }).Fits(Plan with { Validator = null }), Is.False);
    }

    [Test]
    public async Task Foreign_bytes_are_no_journal_or_a_shorter_one()
    {
        await using var folder = new TemporaryFolder();
        var path = folder.Combine("journal");
        using (var journal = DownloadJournal.Create(path, JournalHeader.Of(Plan)))
        {
            for (var chunk = 0; chunk < 8; chunk++) journal.Append(chunk, (ulong)chunk);
        }

        var sample = await File.ReadAllBytesAsync(path);
        var random = new Random(11);
        for (var round = 0; round < Fuzz.Rounds(300); round++)
        {
            var bytes = sample.AsSpan(..random.Next(sample.Length + 1)).ToArray();
            for (var change = random.Next(4); change > 0 && bytes.Length > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            await File.WriteAllBytesAsync(path, bytes);
            using var journal = DownloadJournal.Open(path);
            Assert.That(journal?.Chunks.Count ?? 0, Is.LessThanOrEqualTo(8));
        }

        Soak.Note(Fuzz.Rounds(300), "download journals");
    }
}
