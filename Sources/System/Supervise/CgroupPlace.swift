import Glibc

/// Where deployd may make control groups: the directories under which one of its own can be made, per controller.
///
/// Version 2: the nearest ancestor of our own group (or itself) whose children already have the memory and cpu
/// controllers and that we may write. A group beside ours rather than below it: a group with processes cannot hand
/// controllers down, and one that systemd is to put a restarted deployd into must not have any.
struct CgroupPlace: Equatable {
    let mechanism: ResourceLimits.Mechanism
    let memory: String?
    let cpu: String?

    static func find() -> CgroupPlace? {
        let (mounts, own) = (text("/proc/self/mountinfo"), text("/proc/self/cgroup"))
        if let place = version2(mounts: mounts, own: own).first(where: canDelegate) {
            return CgroupPlace(mechanism: .cgroup2, memory: place, cpu: place)
        }
        let memory = version1("memory", mounts: mounts, own: own).flatMap { isWritable($0) ? $0 : nil }
        let cpu = version1("cpu", mounts: mounts, own: own).flatMap { isWritable($0) ? $0 : nil }
        return memory == nil && cpu == nil ? nil : CgroupPlace(mechanism: .cgroup1, memory: memory, cpu: cpu)
    }

    /// Our own group and its ancestors, nearest first.
    static func version2(mounts: String, own: String) -> [String] {
        guard let mount = CgroupMount.all(mounts).first(where: { $0.kind == "cgroup2" }),
            let path = own.split(separator: "\n").first(where: { $0.hasPrefix("0::") })?.dropFirst(3),
            var directory = mount.directory(of: String(path))
        else { return [] }
        var places = [directory]
        while directory.count > mount.point.count, let slash = directory.lastIndex(of: "/") {
            directory = String(directory[..<slash])
            places.append(directory)
        }
        return places
    }

    /// Our own group in the hierarchy of `controller`.
    static func version1(_ controller: String, mounts: String, own: String) -> String? {
        let line = own.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 2) }
            .first { $0.count == 3 && $0[1].split(separator: ",").contains(Substring(controller)) }
        guard let path = line?[2],
            let mount = CgroupMount.all(mounts).first(where: {
                $0.kind == "cgroup" && $0.options.contains(Substring(controller))
            })
        else { return nil }
        return mount.directory(of: String(path))
    }

    private static func canDelegate(_ directory: String) -> Bool {
        let controllers = text("\(directory)/cgroup.subtree_control").split { $0 == " " || $0 == "\n" }
        return controllers.contains("memory") && controllers.contains("cpu") && isWritable(directory)
    }

    /// Whether a group can be made in `directory` and processes moved there from it.
    private static func isWritable(_ directory: String) -> Bool {
        access(directory, W_OK | X_OK) == 0 && access("\(directory)/cgroup.procs", W_OK) == 0
    }

    private static func text(_ path: String) -> String {
        String(decoding: (try? Files.read(path, limit: 1 << 20)) ?? [], as: UTF8.self)
    }
}

/// A mounted hierarchy of control groups, from `/proc/self/mountinfo` (proc(5)).
struct CgroupMount: Equatable {
    let kind: Substring
    /// The group that stands at the mount point: not `/` in a container.
    let root: String
    let point: String
    let options: [Substring]

    static func all(_ mountinfo: String) -> [CgroupMount] {
        mountinfo.split(separator: "\n").compactMap { line in
            let halves = line.split(separator: " - ", maxSplits: 1)
            guard halves.count == 2 else { return nil }
            let (left, right) = (halves[0].split(separator: " "), halves[1].split(separator: " "))
            guard left.count > 5, right.count > 2, right[0] == "cgroup" || right[0] == "cgroup2" else { return nil }
            return CgroupMount(
                kind: right[0], root: String(left[3]), point: String(left[4]),
                options: right[2].split(separator: ","))
        }
    }

    /// Where the group `path` is to be seen, nil when it is outside what is mounted.
    func directory(of path: String) -> String? {
        guard !path.hasPrefix("/..") else { return nil }
        if root == "/" { return path == "/" ? point : point + path }
        // With a private namespace the path is seen from the root of the mount already.
        if path == "/" || path == root { return point }
        return path.hasPrefix(root + "/") ? point + path.dropFirst(root.count) : nil
    }
}
