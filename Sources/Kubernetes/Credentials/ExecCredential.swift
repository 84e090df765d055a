import Core

/// What an exec plugin prints.
struct ExecCredential: Sendable {
    let token: Secret?
    /// PEM.
    let certificate: [UInt8]?
    let key: [UInt8]?
    /// Nil: good until the server refuses it.
    let expiration: Timestamp?

    /// - Throws: `DeploydError` `invalid`, which shows nothing of what was printed.
    init(_ output: [UInt8], version: ExecPlugin.Version) throws(DeploydError) {
        let json: JSONValue
        do { json = try JSONValue.parse(output) } catch {
            throw DeploydError(
                .invalid, "it printed no JSON (byte \(error.offset)): expected an ExecCredential")
        }
        guard json["kind"]?.string == "ExecCredential" else {
            throw DeploydError(.invalid, "it printed no ExecCredential")
        }
        guard json["apiVersion"]?.string == version.rawValue else {
            throw DeploydError(
                .invalid,
                "it answered in another version than \(version.rawValue), which the kubeconfig asks for")
        }
        let status = json["status"]
        func text(_ key: String) -> String? { status?[key]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        token = text("token").map(Secret.init)
        certificate = text("clientCertificateData").map { Array($0.utf8) }
        key = text("clientKeyData").map { Array($0.utf8) }
        guard token != nil || certificate != nil else {
            throw DeploydError(.invalid, "it gave neither a token nor a client certificate")
        }
        guard (certificate == nil) == (key == nil) else {
            throw DeploydError(.invalid, "it gave only one of client certificate and key")
        }
        guard let written = text("expirationTimestamp") else {
            expiration = nil
            return
        }
        guard let moment = Timestamp(rfc3339: written) else {
            throw DeploydError(.invalid, "its expirationTimestamp is no time of RFC 3339")
        }
        expiration = moment
    }
}
