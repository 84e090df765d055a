public import Core
import Crypto
public import Formats

/// What `${env:NAME}` and `${file:PATH}` of world files stand for. What they give is secret.
public struct WorldSecrets: Sendable {
    /// The home folder of the user that runs the server.
    let home: String?
    /// Where that user keeps kubeconfigs, when not in the usual place.
    let kubeconfig: String?
    /// Whether the server runs in a pod.
    let isInPod: Bool
    private let value: @Sendable (_ reference: Reference, _ file: String) throws -> Secret

    /// - Parameters:
    ///   - environment: the server's variables.
    ///   - value: of a reference in a file.
    public init(
        environment: [String: String] = [:],
        _ value: @escaping @Sendable (_ reference: Reference, _ file: String) throws -> Secret
    ) {
        self.value = value
        home = environment["HOME"]
        kubeconfig = environment["KUBECONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        isInPod = environment["KUBERNETES_SERVICE_HOST"] != nil
    }

    func certificate(_ text: CertificateText, in source: SourceDocument) -> Parsed<ServerCertificate> {
        let way = DocumentPath("entrypoints", "tls")
        let certificate = resolve(text.certificate, way.appending(CertificateFormat.certificate.name), source)
        let key = resolve(text.key, way.appending(CertificateFormat.key.name), source)
        guard let chain = certificate.value, let secret = key.value else {
            return Parsed(value: nil, diagnostics: certificate.diagnostics + key.diagnostics)
        }
        do throws(DeploydError) {
            return Parsed(value: try ServerCertificate(chain: chain, key: secret), diagnostics: [])
        } catch {
            return Parsed(value: nil, diagnostics: [source.diagnostic(way, error.message)])
        }
    }

    /// What a world shares, with the parameters that refer to something.
    func shared(_ requirements: [String: Requirement], in source: SourceDocument) -> Parsed<[String: Requirement]> {
        var diagnostics: [Diagnostic] = []
        let resolved = Dictionary(
            uniqueKeysWithValues: requirements.sorted { $0.key < $1.key }.map { name, requirement in
                var secrets: [String: Secret] = [:]
                for (parameter, text) in requirement.templates.sorted(by: { $0.key < $1.key }) {
                    let path = DocumentPath(WorldFormat.shared.name, name, SharedFormat.params.name, parameter)
                    let read = resolve(text, path, source)
                    diagnostics += read.diagnostics
                    secrets[parameter] = read.value?.withoutLineEnd
                }
                let kept = Requirement(
                    slug: requirement.slug, parameters: requirement.parameters,
                    templates: requirement.templates.filter { secrets[$0.key] == nil }, secrets: secrets)
                return (name, kept)
            })
        return diagnostics.isEmpty
            ? Parsed(value: resolved, diagnostics: []) : Parsed(value: nil, diagnostics: diagnostics)
    }

    func resolve(_ text: Template, _ path: DocumentPath, _ source: SourceDocument) -> Parsed<Secret> {
        do {
            return Parsed(
                value: Secret(try text.resolve { try value($0, source.file).reveal() }), diagnostics: [])
        } catch {
            let message = (error as? DeploydError)?.message ?? "\(error)"
            return Parsed(value: nil, diagnostics: [source.diagnostic(path, message)])
        }
    }
}

extension Secret {
    /// Editors end a file with one, and nobody means it.
    var withoutLineEnd: Secret {
        let text = reveal()
        guard text.last?.isNewline == true else { return self }
        return Secret(String(text.dropLast()))
    }
}
