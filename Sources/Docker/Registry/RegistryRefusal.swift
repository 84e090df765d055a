import Core
import HTTPClient

/// What a registry says when it does not give what it was asked for
/// (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes).
struct RegistryRefusal: Sendable {
    let status: Int
    /// `MANIFEST_UNKNOWN`; nil when it says nothing of the kind.
    let code: String?
    let message: String
    /// What it asks us to wait.
    let retryAfter: Duration?

    init(_ response: HTTPClientResponse) {
        status = response.status
        let first = (try? JSONValue.parse(response.body))?["errors"]?[0]
        code = first?["code"]?.string.map { shown($0, limit: 64) }
        message = shown(first?["message"]?.string ?? "")
        retryAfter = response.header("Retry-After").flatMap { Int64($0) }.map { .seconds(min(max($0, 0), 86_400)) }
    }

    /// Whether the registry is one, and has no such image: it may come.
    var isMissing: Bool { status == 404 && code != nil }

    /// - Parameters:
    ///   - image: with its tag, as it was asked for.
    ///   - isAnonymous: whether it was asked as nobody.
    func error(for image: String, at host: String, isAnonymous: Bool) -> DeploydError {
        let said = [code, message.isEmpty ? nil : message].compactMap { $0 }.joined(separator: ": ")
        let tail = said.isEmpty ? "" : " (\(said))"
        var metadata = ["registry": host, "status": "\(status)"]
        metadata["code"] = code
        metadata["retryAfter"] = retryAfter.map { "\($0.components.seconds)" }
        let (kind, sentence): (DeploydError.Code, String) =
            switch status {
            case 401 where isAnonymous, 403 where isAnonymous:
                (
                    .unauthenticated,
                    "\(host) shows \(image) to nobody without a login, or has no such image\(tail): give the world "
                        + "credentials for \(host) (registries), or check the name"
                )
            case 401:
                (.unauthenticated, "\(host) does not accept the credentials for \(image)\(tail): renew them")
            case 403:
                (.forbidden, "\(host) does not let these credentials read \(image)\(tail): give them the right to pull")
            case 404:
                (
                    .notFound,
                    "\(host) knows no \(image) and does not answer as registries do: check the image's host and name"
                )
            case 429:
                (.exhausted, "\(host) has been asked too often\(tail): a login raises the limit of most registries")
            case 500...599:
                (.unavailable, "\(host) cannot answer for \(image) now: status \(status)\(tail)")
            case 400...499:
                (.invalid, "\(host) refuses to say what \(image) is: status \(status)\(tail)")
            default:
                (.unavailable, "\(host) answers for \(image) with status \(status), which no registry does")
            }
        return DeploydError(kind, sentence, metadata: metadata)
    }
}
