import Core
import Formats

/// `deploy:kubernetes` among a world's capabilities.
enum KubernetesFormat {
    struct Written: Sendable {
        let settings: KubernetesSettings
        let text: KubernetesText
    }

    static let kubeconfig = Field(
        "kubeconfig", .template,
        "How the cluster is reached: a kubeconfig by ${file:PATH} or ${env:NAME}, or the paths of some, separated by ':', "
            + "from the world file's folder")
    static let context = Field(
        "context", .string(.contextName), "The context of the kubeconfig; default: its current one")
    static let inCluster = Field(
        "inCluster", .boolean,
        "Whether it is the cluster that deployd runs in, reached by its pod's service account; default: where nothing "
            + "else is said and deployd runs in a pod")
    private static let namespace = Field(
        "namespace", .name, "Where everything is made; default: the context's, else default; in a pod the pod's")
    private static let drift = Field(
        "drift", Shape<KubernetesSettings.Drift>.choice(),
        "What is done where somebody else changed or deleted an object of deployd's: report it (default), or heal it too"
    )
    private static let exposure = Field(
        "exposure", Shape<KubernetesSettings.Exposure>.choice(),
        "What an entrypoint becomes: an Ingress (default), or a Service of type LoadBalancer")
    private static let ingressClass = Field(
        "ingressClass", .string(.objectName), "The class of its Ingresses; default: the cluster's default class")
    private static let imagePullSecrets = Field(
        "imagePullSecrets", .distinctNames(.string(.objectName), atMost: 20),
        "Secrets of the namespace that images are pulled with")

    static let shape = Shape<Written>.mapping([
        kubeconfig, context, inCluster, namespace, drift, exposure, ingressClass, imagePullSecrets,
    ]) { reader in
        let text = KubernetesText(
            kubeconfig: reader[kubeconfig], context: reader[context], isInCluster: reader[inCluster] ?? false)
        check(text, reader)
        let settings = KubernetesSettings(
            access: text.kubeconfig == nil && text.context == nil ? .inCluster : .files([], context: text.context),
            namespace: reader[namespace], drift: reader[drift] ?? .report, exposure: reader[exposure] ?? .ingress,
            ingressClass: reader[ingressClass], imagePullSecrets: reader[imagePullSecrets] ?? [])
        if settings.exposure == .loadBalancer, reader.has(ingressClass) {
            reader.place(of: ingressClass).fail("there are no Ingresses with 'exposure: loadBalancer'")
        }
        return Written(settings: settings, text: text)
    }

    private static func check(_ text: KubernetesText, _ reader: MappingReader) {
        if let kubeconfig = text.kubeconfig {
            reader.place(of: Self.kubeconfig).check(kubeconfig, in: CertificateFormat.scope)
        }
        guard text.isInCluster else {
            if reader.has(inCluster), text.isUnsaid {
                reader.place(of: inCluster).fail("say which cluster it is: kubeconfig or context")
            }
            return
        }
        let place = reader.place
        for entry in place.node.mapping ?? [] where [kubeconfig.name, context.name].contains(entry.key) {
            place.fail(key: entry, "not beside 'inCluster: true', which is the cluster that deployd runs in")
        }
    }
}

extension TextRule {
    /// A name of a Kubernetes object (RFC 1123): DNS labels joined by dots.
    static let objectName = TextRule(
        expected: "a name",
        rule: "use at most 253 of a-z, 0-9, '-' and '.', each part beginning and ending with one of "
            + "a-z and 0-9",
        pattern: "^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$"
    ) { text in
        (1...253).contains(text.utf8.count)
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { DNSLabel.isValid(String($0)) }
    }

    /// A context of a kubeconfig; clouds put addresses of theirs there.
    fileprivate static let contextName = TextRule(
        expected: "a context's name", rule: "use 1 to 500 characters, without spaces and '$'",
        pattern: "^[!-#%-~]{1,500}$"
    ) { text in
        (1...500).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x24 }
    }
}
