import Core
import Formats

/// Clusters and registries: what their credentials stand for.
extension WorldSecrets {
    private static let maximumFiles = 20

    func kubernetes(
        _ text: KubernetesText, _ settings: KubernetesSettings, in source: SourceDocument
    ) -> Parsed<KubernetesSettings> {
        let way = DocumentPath("capabilities", Capability.deployKubernetes.rawValue)
        var settings = settings
        guard !text.isUnsaid else {
            guard !isInPod else { return Parsed(value: settings, diagnostics: []) }
            let message =
                "say which cluster it is: kubeconfig (\"${env:KUBECONFIG}\", \"${file:PATH}\" or a path), context, or "
                + "'inCluster: true' where deployd runs in a pod"
            return Parsed(value: nil, diagnostics: [source.diagnostic(way, message)])
        }
        guard !text.isInCluster else { return Parsed(value: settings, diagnostics: []) }
        let place = way.appending(
            text.kubeconfig == nil ? KubernetesFormat.context.name : KubernetesFormat.kubeconfig.name)
        let read =
            text.kubeconfig.map { resolve($0, place, source) } ?? Parsed(value: defaultKubeconfig, diagnostics: [])
        guard let value = read.value else { return Parsed(value: nil, diagnostics: read.diagnostics) }
        let content = value.reveal().trimmed
        if content.contains(where: \.isNewline) || content.hasPrefix("{") {
            settings.access = .text(value, context: text.context)
            return Parsed(value: settings, diagnostics: [])
        }
        let paths = content.split(separator: ":").map(String.init)
        guard (1...WorldSecrets.maximumFiles).contains(paths.count) else {
            let message =
                paths.isEmpty
                ? "it names no file" : "\(paths.count) files; \(WorldSecrets.maximumFiles) are the most"
            return Parsed(value: nil, diagnostics: [source.diagnostic(place, message)])
        }
        settings.access = .files(paths.map { whole(path: $0, in: source) }, context: text.context)
        return Parsed(value: settings, diagnostics: [])
    }

    func registries(
        _ texts: [String: RegistryText], in source: SourceDocument
    ) -> Parsed<[String: RegistryAccess]> {
        var diagnostics: [Diagnostic] = []
        var found: [String: RegistryAccess] = [:]
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            func value(_ template: Template, _ key: String) -> Secret? {
                let read = resolve(template, DocumentPath(WorldFormat.registries.name, name, key), source)
                diagnostics += read.diagnostics
                return read.value?.withoutLineEnd
            }
            let username = text.username.flatMap { value($0, RegistryFormat.username.name) }
            let password = text.password.flatMap { value($0, RegistryFormat.password.name) }
            var credential: RegistryCredential?
            if let username, let password {
                credential = RegistryCredential(username: username.reveal(), password: password)
            }
            found[name] = RegistryAccess(credential: credential, isInsecure: text.isInsecure)
        }
        return Parsed(value: diagnostics.isEmpty ? found : nil, diagnostics: diagnostics)
    }

    func dockerConfig(_ text: Template, in source: SourceDocument) -> Parsed<String> {
        let place = DocumentPath(WorldFormat.dockerConfig.name)
        let read = resolve(text, place, source)
        guard let path = read.value?.reveal().trimmed else { return Parsed(value: nil, diagnostics: read.diagnostics) }
        guard !path.isEmpty, !path.contains(where: \.isNewline) else {
            return Parsed(value: nil, diagnostics: [source.diagnostic(place, "expected the path of a file")])
        }
        return Parsed(value: whole(path: path, in: source), diagnostics: [])
    }

    /// As kubectl finds it.
    private var defaultKubeconfig: Secret { Secret(kubeconfig ?? "~/.kube/config") }

    /// From the home folder, or the world file's.
    private func whole(path: String, in source: SourceDocument) -> String {
        if path.hasPrefix("~/"), let home { return "\(home)/\(path.dropFirst(2))" }
        guard !path.hasPrefix("/") else { return path }
        let folder = source.file.lastIndex(of: "/").map { String(source.file[..<$0]) } ?? "."
        return "\(folder)/\(path)"
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
