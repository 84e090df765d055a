import Core
import Formats

/// `deploy:`, what is said for one kind of world only.
enum DeployFormat {
    private static let adopt = Field(
        "adopt", .boolean,
        "Whether objects of its names that exist already, and are nobody's, are taken over; default false")
    private static let readOnlyRoot = Field(
        "readOnlyRoot", .boolean, "Whether its containers cannot write to their own file system; default false")
    private static let user = Field(
        "user", Shape<Int64>.integer(1...2_147_483_647).map { Int($0) },
        "The number of the user that its containers run as; default: the image's, which must not be root")
    private static let serviceAccount = Field(
        "serviceAccount", .string(.objectName), "The service account of its pods; default: the namespace's")
    private static let patches = Field(
        "patches", .list(of: PatchFormat.shape).checked(atMost: 50),
        "Changes of the objects that deployd makes for it, in their order")

    private static let options = Shape<KubernetesOptions>.mapping([
        adopt, readOnlyRoot, user, serviceAccount, patches,
    ]) { reader in
        KubernetesOptions(
            patches: reader[patches] ?? [], adopts: reader[adopt] ?? false,
            hasReadOnlyRoot: reader[readOnlyRoot] ?? false, user: reader[user],
            serviceAccount: reader[serviceAccount])
    }

    static let kubernetes = Field("kubernetes", options, "On a cluster (deploy:kubernetes)")

    static let shape = Shape<KubernetesOptions>.mapping([kubernetes]) { $0[kubernetes] ?? KubernetesOptions() }
}
