import Core
import Model

extension StoredReader {
    /// Everything that the host is compared with.
    func inventory() throws -> DataInventory {
        DataInventory(
            instances: try instances(InstanceFilter(includesDestroyed: true)),
            ports: try rows("SELECT * FROM ports ORDER BY port") { row in
                PortReservation(port: try row["port"], instance: try row.instance, purpose: try row["purpose"])
            },
            resources: try Page.everyItem { try resources(ResourceFilter(), $0) }.filter { $0.status != .deleted },
            unfinished: try unfinishedDeployments(),
            deployments: Set(try rows("SELECT id FROM deployments") { try $0["id"] as String }),
            repositories: try Page.everyItem { try repositories($0) },
            applications: Set(try rows("SELECT identity FROM applications") { try $0["identity"] as String }))
    }
}
