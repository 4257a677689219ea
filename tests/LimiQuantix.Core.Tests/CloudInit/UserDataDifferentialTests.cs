using System.Text;
using System.Text.Json;
using LimiQuantix.Core.CloudInit;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.CloudInit;

/// <summary>User-data is taken here exactly when the real cloud-init takes all of it.</summary>
[TestFixture]
[Category("Integration")]
internal sealed class UserDataDifferentialTests
{
    /// <summary>For each text: whether cloud-init's own classes read it without a warning, and use what it is.</summary>
    private const string Judge = """
        import json, logging, sys
        from cloudinit import helpers, user_data, util
        from cloudinit.handlers import cloud_config
        paths = helpers.Paths({"cloud_dir": sys.argv[2], "run_dir": sys.argv[2]})
        seen = []
        class Collect(logging.Handler):
            def emit(self, record):
                # That it runs outside a guest.
                if "per instance data" not in record.getMessage(): seen.append(record.getMessage())
        root = logging.getLogger()
        root.handlers = [Collect(level=logging.WARNING)]
        known = {"text/cloud-config", "text/cloud-config-jsonp", "text/x-shellscript", "text/cloud-boothook", "text/part-handler", "text/jinja2"}
        answers = []
        for text in json.load(open(sys.argv[1], encoding="utf-8")):
            seen.clear()
            try:
                handler = cloud_config.CloudConfigPartHandler(paths)
                taken = False
                for part in user_data.UserDataProcessor(paths).process(text.encode()).walk():
                    if part.get_content_maintype() == "multipart": continue
                    taken = True
                    kind, payload = part.get_content_type(), util.fully_decoded_payload(part)
                    if kind not in known: seen.append("unhandled " + kind)
                    elif kind.startswith("text/cloud-config"):
                        if util.load_yaml(payload, default={}) == {} and not seen: continue
                        handler.handle_part(None, kind, part.get_filename("part"), payload, None, dict(part))
                    elif kind == "text/x-shellscript" and not payload.startswith("#!"): seen.append("no script")
                if not taken: seen.append("nothing")
            except Exception as e:
                seen.append(repr(e))
            answers.append(seen[0] if seen else None)
        json.dump(answers, sys.stdout)
        """;

    private static readonly string[] Begins =
    [
        "#cloud-config\npackages: [vim, curl]\nusers:\n  - name: bob\n    ssh_authorized_keys:\n      - ssh-ed25519 AAAA x\nruncmd:\n  - [sh, -c, \"echo 'a: b' > /x\"]\n",
        "#cloud-config\nwrite_files:\n- path: /etc/x\n  permissions: '0644'\n  content: |\n    MIME-Version: 1.0\n    line: two\n    \ttab\n",
        "#cloud-config\na: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: ~\n",
        "#cloud-config\nmulti: >-\n  folded\n  text\nnumber: 0x1F\ndate: 2024-02-29\ntime: 2024-02-28 10:11:12 +2\nlist:\n- one\n- - two\n  - three\n",
        "#cloud-config\n\"quoted key\": \"esc \\u00e9 \\n\"\n'single': 'it''s'\n? complex\n: value\n",
        "  \n\n#Cloud-Config\r\npassword: x\r\nchpasswd: {expire: false}\r\n",
        "#cloud-config-archive\n- type: text/cloud-config\n  content: |\n    #cloud-config\n    packages: [vim]\n- |\n  #!/bin/sh\n  echo\n",
        "#!/bin/sh\necho one\n",
        "#cloud-boothook\necho early\n",
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"own\"\n\n--own\nContent-Type: text/x-shellscript\n\n#!/bin/sh\necho\n--own\nContent-Type: text/cloud-config\n\n#cloud-config\npackages: [vim]\n--own--\n",
    ];

    private static readonly string[] Written =
    [
        .. Begins, "", " \n\t", "\ufeff#cloud-config\na: 1\n", "no known kind", "#cloud-config", "#cloud-config\n", "#cloud-config\n- a\n- b\n", "#cloud-config\njust text\n", "#cloud-config\na: 1\na: 2\n",
        "#cloud-config\na: [\n", "#cloud-config\na: 1\n---\nb: 2\n", "#cloud-config\n\ta: 1\n", "#cloud-config\na: !foo b\n", "#cloud-config\na: !!python/object:os.system b\n", "#cloud-config\na: !!str 5\n",
        "#cloud-config\na: !!binary aGk=\n", "#cloud-config\nd: 2024-13-45\n", "#cloud-config\n[a]: b\n", "#cloud-config\n{a: b}: c\n", "#cloud-config\na: =\n", "#cloud-config\na: <<\n", "#cloud-config\n<<: 5\n", "#cloud-config\n<<: [{a: 1}]\n",
        "#cloud-config\na: *gone\n", "#cloud-config\na: &x 1\nb: &x 2\n", "#cloud-config\na: %b\n", "#cloud-config\na: @b\n", "#cloud-config\na: `b`\n", "#cloud-config\na: b: c\n", "#cloud-config\nkey:value\n", "#cloud-config\na: 'x\n",
        "#cloud-config\na: \"\\q\"\n", "#cloud-config\na: |\n  x\n y\n", "#cloud-config\na: 1\n  b: 2\n", "#cloud-config\na:\n- b\n c: d\n", "#cloud-config\n...\n", "#cloud-config\n%YAML 1.1\n---\na: 1\n", "#cloud-config\n%YAML 2.0\n---\na: 1\n", "#cloud-config\na: \u0007\n",
        "#cloud-config\na: 😀\n", "#cloud-config\na: \u0085b\n", "#cloud-config\na: 0b_\n", "#cloud-config\nyes: 1\nno: 2\n1: 3\n", "#cloud-config\n# only a comment\n", "#cloud-config\nnull\n", "\n#!/bin/sh\necho\n", "#! /bin/sh\n", "#CLOUD-CONFIG\na: 1\n",
        "#cloud-configuration\na: 1\n", "#cloud-config a: 1\n", "#cloud-config-archive\na: b\n", "#cloud-config-archive\n[\n",
        "Content-Type: multipart/mixed; boundary=x\nMIME-Version: 1.0\n\n--x\n\n#cloud-config\na: [\n--x--\n", "MIME-Version: 1.0\nContent-Type: text/cloud-config\n\n#cloud-config\na: 1\n", "#cloud-config\na: {b: 1, c}\n", "#cloud-config\na: {b:1}\n", "#cloud-config\na: [b: 1]\n",
        "#cloud-config\na: \"b\" c\n", "#cloud-config\n- a: 1\nb: 2\n", "#cloud-config\na: - b\n", "#cloud-config\na: ? b\n", "#cloud-config\n? a\n? b\n", "#cloud-config\na: |2\n   x\n", "#cloud-config\na: |0\n   x\n", "#cloud-config\na: | # c\n  x\n", "#cloud-config\na: b #c\n", "#cloud-config\na: b#c\n",
    ];

    [Test]
    public async Task Texts_that_are_taken_are_those_that_cloud_init_takes()
    {
        Requires.Tool("cloud-init");
        using TemporaryFolder folder = new();
        int mutants = Soak.Rounds(3000, 200_000);
        List<string> texts = [.. Written];
        Random random = new(20261128);
        for (int i = 0; i < mutants; i++) texts.Add(Mutate(Begins[random.Next(Begins.Length)], random));
        string path = folder.Combine("texts.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(texts));

        string output = await Command.OutputAsync("/usr/bin/python3", ["-c", Judge, path, folder.Path]);
        string?[] answers = JsonSerializer.Deserialize<string?[]>(output)!;

        string[] Differ(int from, int count) =>
        [
            .. texts.Zip(answers).Skip(from).Take(count).Where(pair => (UserDataCheck.WhyNot(pair.First) is null) != (pair.Second is null))
                .Select(pair => JsonSerializer.Serialize(new { Text = pair.First, Ours = UserDataCheck.WhyNot(pair.First), CloudInit = pair.Second })),
        ];
        string[] written = Differ(0, Written.Length);
        string[] mutated = Differ(Written.Length, mutants);
        Assert.That(answers, Has.Length.EqualTo(texts.Count));
        Assert.That(written, Is.Empty);
        // Two readers of YAML differ in corners that nobody writes on purpose.
        Assert.That(mutated, Has.Length.LessThan(mutants / 100), string.Join('\n', mutated));
        Soak.Note(texts.Count, "user-data that is judged as the real cloud-init judges it, but for less than one in a hundred mutants");
    }

    private static string Mutate(string text, Random random)
    {
        const string Inserted = ":-#[]{}&*!|>'\"%@`,? \n\t=~<a0_.\\";
        StringBuilder changed = new(text);
        for (int i = random.Next(1, 4); i > 0 && changed.Length > 2; i--)
        {
            int at = random.Next(14, Math.Max(15, changed.Length)) % changed.Length;
            switch (random.Next(4))
            {
                case 0: changed.Remove(at, 1); break;
                case 1: changed.Insert(at, Inserted[random.Next(Inserted.Length)]); break;
                case 2: changed[at] = Inserted[random.Next(Inserted.Length)]; break;
                default: changed.Insert(at, changed.ToString(0, Math.Min(changed.Length, 12))); break;
            }
        }

        return changed.ToString();
    }
}
