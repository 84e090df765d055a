import Core
import Crypto
import HTTPClient

/// What a tag names, as far as it matters here: its digest, and that it is of a kind that is still pulled.
enum Manifest {
    /// Indexes first: an image for several platforms is known by its index.
    static let accepted = [
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ].joined(separator: ", ")

    /// The specification's bound of what a registry has to take.
    static let maximumBytes = 4 << 20

    /// - Returns: nil when the header is missing, or is no digest that we can check.
    static func digest(in head: HTTPClientResponseHead) -> String? {
        head.header("Docker-Content-Digest").flatMap { Digest(oci: $0) == nil ? nil : $0 }
    }

    /// Of a whole manifest.
    /// - Throws: `.unavailable` when it is not what its header says: something on the way changed it.
    static func digest(of response: HTTPClientResponse, _ image: String, at host: String) throws(DeploydError) -> String
    {
        let computed = "sha256:\(Digest.sha256(of: response.body).hex)"
        guard let said = digest(in: response.head), said != computed else { return computed }
        throw DeploydError(
            .unavailable,
            "\(host) says that \(image) is \(said), and what it sends is \(computed): something on the way changes it")
    }

    /// - Throws: `.invalid` for the schema of before 2017, whose digest is that of no content.
    static func check(_ head: HTTPClientResponseHead, _ image: String) throws(DeploydError) {
        guard let type = head.header("Content-Type"), type.contains("manifest.v1+") else { return }
        throw DeploydError(
            .invalid, "\(image) is an image of schema 1, which is not pulled any more: build and push it anew")
    }
}

extension Digest {
    /// `sha256:…` as the specification of images writes it.
    fileprivate init?(oci text: String) {
        guard text.hasPrefix("sha256:"), text == text.lowercased() else { return nil }
        self.init(hex: String(text.dropFirst(7)))
    }
}
