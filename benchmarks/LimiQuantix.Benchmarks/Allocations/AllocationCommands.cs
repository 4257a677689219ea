namespace LimiQuantix.Benchmarks.Allocations;

/// <summary>The commands about allocations.json.</summary>
internal static class AllocationCommands
{
    public static async Task<int> RunAsync(string command, string[] arguments)
    {
        string file = arguments[0];
        AllocationBook book = File.Exists(file) ? AllocationBook.Parse(await File.ReadAllTextAsync(file)) : new AllocationBook([]);
        switch (command, arguments)
        {
            case ("allow", [_, var work, var why]):
                if (HotPath.All.SingleOrDefault(path => path.Work == work) is not { } risen)
                    return Fail([$"There is no benchmark '{work}'. There are: {string.Join("; ", HotPath.All.Select(path => path.Work))}."]);
                try
                {
                    book.Allow(work, await AllocationMeter.MeasureAsync(risen), why);
                }
                catch (ArgumentException e)
                {
                    return Fail([e.Message]);
                }

                await File.WriteAllTextAsync(file, book.ToString());
                return 0;
            case ("lower", [_]):
                book.Lower(await MeasureAsync());
                await File.WriteAllTextAsync(file, book.ToString());
                return 0;
            case ("allocations", [_]):
                return Fail(book.Compare(await MeasureAsync()));
            default:
                return Fail([$"'{command}' has other arguments than these."]);
        }
    }

    private static async Task<Dictionary<string, long>> MeasureAsync()
    {
        Dictionary<string, long> measured = [];
        foreach (HotPath path in HotPath.All)
        {
            measured[path.Work] = await AllocationMeter.MeasureAsync(path);
            Console.WriteLine($"{measured[path.Work],12} bytes  {path.Work}");
        }

        return measured;
    }

    private static int Fail(IReadOnlyList<string> faults)
    {
        foreach (string fault in faults)
            Console.Error.WriteLine(fault);
        return faults.Count == 0 ? 0 : 1;
    }
}
