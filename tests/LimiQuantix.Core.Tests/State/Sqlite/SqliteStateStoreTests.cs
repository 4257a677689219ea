using LimiQuantix.Core.State.Sqlite;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.State.Sqlite;

[TestFixture]
internal sealed class SqliteStateStoreTests : StateStoreConformance
{
    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [OneTimeTearDown]
    public void DeleteFolder() => _folder.Dispose();

    protected override IStateStore Create(TimeProvider timeProvider, int keptChanges)
    {
        var options = new SqliteStateOptions { Path = _folder.Combine($"{Guid.NewGuid():N}.db"), KeptRevisions = keptChanges };
        return new SqliteStateStore(options, timeProvider, NullLogger<SqliteStateStore>.Instance);
    }
}
