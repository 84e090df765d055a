import Core
import HTTPClient

/// What a request carries to prove who it comes from, and by whom it knows the server.
struct Credential: Sendable {
    /// The value of the `Authorization` header.
    var authorization: Secret?
    var certificate: [UInt8]?
    var key: [UInt8]?
    var authorities: [UInt8]?

    func tls(_ connection: ClusterConnection) -> HTTPClientTLS {
        HTTPClientTLS(
            authorities: authorities.map(HTTPClientTLS.Source.pem),
            clientCertificate: certificate.map(HTTPClientTLS.Source.pem),
            clientKey: key.map(HTTPClientTLS.Source.pem), serverName: connection.serverName,
            verifiesServer: connection.verifiesServer)
    }
}

extension Credential: CustomStringConvertible, CustomReflectable {
    var description: String { "•••" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
