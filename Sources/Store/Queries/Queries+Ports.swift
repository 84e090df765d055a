import Core
import Model

extension StoredQueries {
    func ports(of instance: InstanceID) throws -> [PortReservation] {
        try rows(
            """
            SELECT port, purpose FROM ports WHERE application = \(instance.application) AND target = \(instance.target)
            """
        ) { row in PortReservation(port: try row["port"], instance: instance, purpose: try row["purpose"]) }
        .sorted { $0.port < $1.port }
    }

    func reservedPorts() throws -> Set<Int> {
        Set(try rows("SELECT port FROM ports") { row -> Int in try row["port"] })
    }

    func portCursor() throws -> Int? {
        try row("SELECT port FROM portCursor") { try $0["port"] }
    }
}

extension StoredWriter {
    func insert(_ reservation: PortReservation) throws {
        try insert(
            """
            INSERT INTO ports (port, application, target, purpose)
            VALUES (
                \(reservation.port), \(reservation.instance.application), \(reservation.instance.target),
                \(reservation.purpose))
            """,
            conflict: "port \(reservation.port) or the port for \(reservation.purpose) of \(reservation.instance) "
                + "is reserved already")
    }

    func removePorts(of instance: InstanceID) throws {
        try run("DELETE FROM ports WHERE application = \(instance.application) AND target = \(instance.target)")
    }

    func setPortCursor(_ port: Int) throws {
        try run("INSERT INTO portCursor (one, port) VALUES (1, \(port)) ON CONFLICT (one) DO UPDATE SET port = \(port)")
    }
}
