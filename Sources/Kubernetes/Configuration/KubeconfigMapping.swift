import Core
import Crypto
import Formats

/// A mapping of a kubeconfig. Keys that are not asked for are let be: other programs keep their own in such files.
struct KubeconfigMapping {
    let place: Place
    /// What relative paths start from.
    let directory: String

    /// - Returns: nil, reported, for what is no mapping.
    init?(_ place: Place, directory: String) {
        guard place.node.mapping != nil else {
            let _: Never? = place.fail(expected: "a mapping")
            return nil
        }
        self.place = place
        self.directory = directory
    }

    var line: Int { place.position.line }

    /// A scalar as it is written; nil also for an empty one, which such files use for "not set".
    func text(_ key: String) -> String? {
        let member = place[key]
        guard !member.node.isNull, let text = Shape<String>.text.read(member) else { return nil }
        return text.isEmpty ? nil : text
    }

    /// What must not be shown, not even by an error.
    func secret(_ key: String) -> Secret? { text(key).map(Secret.init) }

    func flag(_ key: String) -> Bool {
        let member = place[key]
        guard !member.node.isNull else { return false }
        if case .bool(let value) = member.node.scalar?.kind { return value }
        let _: Never? = member.fail(expected: "true or false")
        return false
    }

    func path(_ key: String) -> String? {
        text(key).map { $0.hasPrefix("/") ? $0 : "\(directory)/\($0)" }
    }

    /// PEM in `KEY-data`, else in the file that `KEY` names.
    func pem(_ key: String) -> PEMSource? {
        guard let encoded = text("\(key)-data") else { return path(key).map(PEMSource.file) }
        let place = place["\(key)-data"]
        guard let bytes = Base64.decode(String(encoded.filter { !$0.isWhitespace })) else {
            place.fail("not valid base 64")
            return nil
        }
        guard String(decoding: bytes, as: UTF8.self).contains("-----BEGIN ") else {
            place.fail("not PEM in base 64: encode the whole file, with its BEGIN and END lines")
            return nil
        }
        return .data(bytes)
    }

    func list(_ key: String) -> [Place] {
        let member = place[key]
        guard !member.node.isNull else { return [] }
        guard let nodes = member.node.sequence else {
            let _: Never? = member.fail(expected: "a list")
            return []
        }
        return nodes.enumerated().map { member.element($0.offset, $0.element) }
    }

    func texts(_ key: String) -> [String] { list(key).compactMap { Shape<String>.text.read($0) } }

    /// The mapping at `key`; nil when there is none.
    func mapping(_ key: String) -> KubeconfigMapping? {
        let member = place[key]
        return member.node.isNull ? nil : KubeconfigMapping(member, directory: directory)
    }

    func mappings(_ key: String) -> [KubeconfigMapping] {
        list(key).compactMap { KubeconfigMapping($0, directory: directory) }
    }
}
