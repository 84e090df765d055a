import Core
import Model

/// The environment variables that processes of this host are given. Nothing of the server's own is passed on.
enum ProcessVariables {
    /// `PORT` is the port named `http`, else the only one; `PORT_NAME` is each named one, with `_` for `-`.
    static func ports(_ listen: [String: Int]) -> [String: String] {
        var variables: [String: String] = [:]
        for (name, port) in listen { variables["PORT_\(variableName(name))"] = "\(port)" }
        if let port = listen["http"] ?? (listen.count == 1 ? listen.values.first : nil) {
            variables["PORT"] = "\(port)"
        }
        return variables
    }

    /// What a service is given: its own variables, those of the driver over them, and the fewest that programs expect.
    static func service(_ spec: WorkloadSpec, _ addresses: WorkloadAddresses, path: String, home: String)
        -> [String: Secret]
    {
        base(path: path, home: home).mapValues(Secret.init)
            .merging(spec.environment) { _, own in own }
            .merging(addresses.environment.mapValues(Secret.init)) { _, driver in driver }
    }

    /// `PATH`, `HOME` and `LANG`.
    static func base(path: String, home: String) -> [String: String] {
        ["PATH": path, "HOME": home, "LANG": "C.UTF-8"]
    }

    private static func variableName(_ name: String) -> String {
        String(decoding: name.uppercased().utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    }
}
