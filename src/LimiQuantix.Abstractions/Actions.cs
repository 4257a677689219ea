namespace LimiQuantix;

/// <summary>
/// What a caller can be allowed: a noun and a verb, one for every thing that can be done. New ones are added in minor versions.
/// </summary>
public static class Actions
{
    /// <summary>Make a machine, also by an ensure that finds none; and plan one. The request is the specification.</summary>
    public const string MachinesCreate = "machines.create";

    /// <summary>See one machine, follow it, wait for it, and be told what can be done with it.</summary>
    public const string MachinesGet = "machines.get";

    /// <summary>List the machines of a project, and follow them.</summary>
    public const string MachinesList = "machines.list";

    /// <summary>Change a machine's specification, name, labels or sharing, also by an ensure that finds a difference; and plan it.</summary>
    public const string MachinesUpdate = "machines.update";

    /// <summary>Delete a machine with what was made for it.</summary>
    public const string MachinesDelete = "machines.delete";

    /// <summary>Power a machine on, also by an ensure that finds it off.</summary>
    public const string MachinesStart = "machines.start";

    /// <summary>Let a machine's guest shut down, or cut its power.</summary>
    public const string MachinesStop = "machines.stop";

    /// <summary>Stop a machine and start it again.</summary>
    public const string MachinesRestart = "machines.restart";

    /// <summary>Reset a machine as its button would.</summary>
    public const string MachinesReset = "machines.reset";

    /// <summary>Halt a machine's processors.</summary>
    public const string MachinesPause = "machines.pause";

    /// <summary>Let a paused machine go on.</summary>
    public const string MachinesResume = "machines.resume";

    /// <summary>Define a machine again that somebody undefined at its hypervisor.</summary>
    public const string MachinesRedefine = "machines.redefine";

    /// <summary>Put an ISO image into a machine's CD drive.</summary>
    public const string MachinesAttachIso = "machines.attach_iso";

    /// <summary>Empty a machine's CD drive.</summary>
    public const string MachinesEjectIso = "machines.eject_iso";

    /// <summary>List the machines that carry the installation's mark and have no record. Asks the hypervisors.</summary>
    public const string MachinesListQuarantined = "machines.list_quarantined";

    /// <summary>Make a quarantined machine an ordinary one.</summary>
    public const string MachinesAdopt = "machines.adopt";

    /// <summary>Delete a quarantined machine.</summary>
    public const string MachinesPurge = "machines.purge";

    /// <summary>Import an image, also by an ensure that finds none. The request is the import.</summary>
    public const string ImagesImport = "images.import";

    /// <summary>Beside <see cref="ImagesImport"/>: import from a path of the engine's own machine, with the engine's rights.</summary>
    public const string ImagesImportLocal = "images.import_local";

    /// <summary>
    /// Beside <see cref="ImagesImport"/>: let the import reach addresses that are not public, such as this network's own. Asked about every location of a
    /// caller's; a refusal is no error, but narrows what the import may connect to.
    /// </summary>
    public const string ImagesImportPrivate = "images.import_private";

    /// <summary>See one image, and be told what can be done with it.</summary>
    public const string ImagesGet = "images.get";

    /// <summary>List the images of a project, and follow them.</summary>
    public const string ImagesList = "images.list";

    /// <summary>List the image catalogue.</summary>
    public const string ImagesListCatalog = "images.list_catalog";

    /// <summary>Change an image's name, labels or sharing.</summary>
    public const string ImagesUpdate = "images.update";

    /// <summary>Delete an image from the library.</summary>
    public const string ImagesDelete = "images.delete";

    /// <summary>See one volume, and be told what can be done with it.</summary>
    public const string VolumesGet = "volumes.get";

    /// <summary>List the volumes of a project, and follow them.</summary>
    public const string VolumesList = "volumes.list";

    /// <summary>Change a volume's specification, name, labels or sharing; and plan it.</summary>
    public const string VolumesUpdate = "volumes.update";

    /// <summary>See one storage pool. Asks its backend.</summary>
    public const string PoolsGet = "pools.get";

    /// <summary>List the storage pools.</summary>
    public const string PoolsList = "pools.list";

    /// <summary>Change a pool's labels.</summary>
    public const string PoolsUpdate = "pools.update";

    /// <summary>See one network, and be told what can be done with it.</summary>
    public const string NetworksGet = "networks.get";

    /// <summary>List the networks of a project, and follow them.</summary>
    public const string NetworksList = "networks.list";

    /// <summary>Change a network's name, labels or sharing.</summary>
    public const string NetworksUpdate = "networks.update";

    /// <summary>See one node. Asks its hypervisor.</summary>
    public const string NodesGet = "nodes.get";

    /// <summary>List the nodes.</summary>
    public const string NodesList = "nodes.list";

    /// <summary>Change a node's labels.</summary>
    public const string NodesUpdate = "nodes.update";

    /// <summary>See a machine's screen as a picture. The resource is the machine.</summary>
    public const string ConsolesScreenshot = "consoles.screenshot";

    /// <summary>Read what a machine prints on its serial port. The resource is the machine.</summary>
    public const string ConsolesSerial = "consoles.serial";

    /// <summary>Ask a machine's agent what it is. The resource is the machine.</summary>
    public const string GuestsInfo = "guests.info";

    /// <summary>Read a guest's files. The resource is the machine.</summary>
    public const string GuestsFiles = "guests.files";

    /// <summary>See one operation, and follow it.</summary>
    public const string OperationsGet = "operations.get";

    /// <summary>List the operations of a project, and follow them.</summary>
    public const string OperationsList = "operations.list";

    /// <summary>Ask an operation to end and to undo what it made.</summary>
    public const string OperationsCancel = "operations.cancel";

    /// <summary>See which plugins are loaded, and which were refused and why. Tells paths of the engine's machine.</summary>
    public const string PluginsList = "plugins.list";

    /// <summary>See one instance of a plugin's kind.</summary>
    public const string InstancesGet = "instances.get";

    /// <summary>List the instances of the plugins' kinds.</summary>
    public const string InstancesList = "instances.list";

    /// <summary>Add an instance while the engine runs: a node's hypervisor, a pool, a fabric. Its settings may name files and secrets of the host.</summary>
    public const string InstancesAdd = "instances.add";

    /// <summary>Remove an instance that was added.</summary>
    public const string InstancesRemove = "instances.remove";

    /// <summary>Open an instance, and let it be used again.</summary>
    public const string InstancesOpen = "instances.open";

    /// <summary>Close an instance, so that nothing uses it.</summary>
    public const string InstancesClose = "instances.close";

    /// <summary>Let the engine look for what its providers need. Asks every provider, and tells paths of the engine's machine.</summary>
    public const string DoctorCheck = "doctor.check";

    /// <summary>All of them, for hosts that keep a list of permissions.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        MachinesCreate, MachinesGet, MachinesList, MachinesUpdate, MachinesDelete, MachinesStart, MachinesStop, MachinesRestart, MachinesReset,
        MachinesPause, MachinesResume, MachinesRedefine, MachinesAttachIso, MachinesEjectIso, MachinesListQuarantined, MachinesAdopt, MachinesPurge,
        ImagesImport, ImagesImportLocal, ImagesImportPrivate, ImagesGet, ImagesList, ImagesListCatalog, ImagesUpdate, ImagesDelete,
        VolumesGet, VolumesList, VolumesUpdate, PoolsGet, PoolsList, PoolsUpdate, NetworksGet, NetworksList, NetworksUpdate,
        NodesGet, NodesList, NodesUpdate, ConsolesScreenshot, ConsolesSerial, GuestsInfo, GuestsFiles, OperationsGet, OperationsList, OperationsCancel, PluginsList,
        InstancesGet, InstancesList, InstancesAdd, InstancesRemove, InstancesOpen, InstancesClose, DoctorCheck,
    ];
}
