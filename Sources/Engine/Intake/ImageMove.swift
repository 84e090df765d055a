import Core
import Model

/// A tag that names another image than when its version was released. The release stays what it is.
struct ImageMove: Sendable {
    let release: Release
    /// What the tag was seen to name before this look.
    let before: String
    /// What it names now.
    let now: String
    /// With its tag.
    let name: String

    /// - Returns: nil when it is as it was seen last, and that is what was released.
    init?(_ release: Release, _ name: String, now: String) {
        guard let image = release.image, image.digest != now || release.imageMovedTo != nil else { return nil }
        self.release = release
        self.name = name
        self.now = now
        before = release.imageMovedTo ?? image.digest
    }

    private var hasReturned: Bool { now == release.image?.digest }

    var sentence: String {
        guard !hasReturned else { return "\(name) names \(now) again, as when version \(release.version) was released" }
        return "\(name) names \(now) now; version \(release.version) stays what it was released as, "
            + "\(release.image?.digest ?? ""): a release never changes; push the new image under a new tag"
    }

    /// Once for each change.
    func apply(actor: String, cause: Cause, at moment: Timestamp, to transaction: any StorageWriter) throws {
        guard let recorded = try transaction.release(release.application, release.version),
            (recorded.imageMovedTo ?? recorded.image?.digest) != now
        else { return }
        try transaction.setImageMovedTo(hasReturned ? nil : now, release.application, release.version)
        try transaction.append(
            EventDraft(
                .releaseImageMoved, actor: actor, cause: cause, application: release.application, before: before,
                after: now, detail: sentence),
            at: moment)
    }
}
