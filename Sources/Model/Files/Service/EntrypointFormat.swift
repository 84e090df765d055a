import Formats

/// An entry of `entrypoints:`.
enum EntrypointFormat {
    static let port = Field("port", .name, required: true, "The named port behind it")
    private static let host = Field(
        "host", .hostName, "The host name it answers to; default APPLICATION.DOMAIN where the world has a domain")
    private static let path = Field("path", .pathPrefix, "The path below which it answers; default /")
    private static let tls = Field(
        "tls", .boolean,
        "Whether it is encrypted, and plain HTTP redirected; default: where the world has a certificate")
    private static let gates = Field(
        "gates", .names, "Gates of the world, any of which lets a client in; default: everyone")

    private static let long = Shape<Entrypoint>.mapping([port, host, path, tls, gates]) { reader in
        Entrypoint(
            port: reader[port] ?? "", host: reader[host], path: reader[path] ?? "/", isEncrypted: reader[tls],
            gates: reader[gates] ?? [])
    }

    static let shape = Shape<Entrypoint>.either(Shape<String>.name.map { Entrypoint(port: $0) }, long)
}
