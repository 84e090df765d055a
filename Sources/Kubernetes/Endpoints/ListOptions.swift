/// Which objects are listed or watched.
public struct ListOptions: Sendable {
    /// `app.kubernetes.io/managed-by=deployd,…`
    public var labelSelector: String?
    /// `metadata.name=web` …
    public var fieldSelector: String?
    /// How many come at a time.
    public var pageSize: Int
    /// More are refused.
    public var maximumObjects: Int
    /// Only metadata, without what is asked for and observed.
    public var onlyMetadata: Bool
    /// What is kept of each object, as it is read.
    public var keeping: @Sendable (KubernetesObject) -> KubernetesObject

    public init(
        labelSelector: String? = nil, fieldSelector: String? = nil, pageSize: Int = 500,
        maximumObjects: Int = 200_000, onlyMetadata: Bool = false,
        keeping: @escaping @Sendable (KubernetesObject) -> KubernetesObject = { $0 }
    ) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.pageSize = pageSize
        self.maximumObjects = maximumObjects
        self.onlyMetadata = onlyMetadata
        self.keeping = keeping
    }

    var selectors: [(String, String)] {
        [("labelSelector", labelSelector), ("fieldSelector", fieldSelector)].compactMap { key, value in
            value.map { (key, $0) }
        }
    }

    func accept(_ kind: String) -> String {
        onlyMetadata
            ? "application/json;as=\(kind);g=meta.k8s.io;v=v1,application/json" : "application/json"
    }
}

/// Objects of a kind at one moment.
public struct ObjectList: Sendable {
    public let items: [KubernetesObject]
    /// The moment, from which a watch goes on.
    public let resourceVersion: String
}
