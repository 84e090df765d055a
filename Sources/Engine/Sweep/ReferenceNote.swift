import Core
import Model

/// Notes what a push showed a ref to name, so that no sweep takes it for lost.
struct ReferenceNote: Sendable {
    /// The code repository's id.
    let repository: String
    /// The ref's full name.
    let name: String
    let delivery: Delivery

    func put(_ commit: String, at moment: Timestamp, in transaction: any StorageWriter) throws {
        // It may have been removed meanwhile.
        guard try transaction.repository(id: repository) != nil else { return }
        try transaction.put(
            SeenReference(
                repository: repository, name: name, commit: commit, delivery: delivery.id, seenAt: moment))
    }

    /// Another delivery, with which the ref's being at a commit took effect already.
    func earlier(at commit: String, in reader: any StorageReader) throws -> Delivery? {
        guard let seen = try reader.seenReference(name, ofRepository: repository), seen.commit == commit,
            let id = seen.delivery, id != delivery.id, let other = try reader.delivery(id: id),
            other.status == .processed
        else { return nil }
        return other
    }

    /// What was seen of the ref that a delivery is about counts as told by that delivery.
    static func handOver(to delivery: Delivery, at moment: Timestamp, in transaction: any StorageWriter) throws {
        guard case .push(let push) = delivery.content, let name = delivery.repository,
            let repository = try transaction.repository(named: name),
            let seen = try transaction.seenReference(push.reference, ofRepository: repository.id)
        else { return }
        try ReferenceNote(repository: repository.id, name: push.reference, delivery: delivery)
            .put(seen.commit, at: moment, in: transaction)
    }

    /// Takes a sweep's note back, when its delivery did not get through: the next sweep makes another.
    func takeBack(to before: String?, at moment: Timestamp, in transaction: any StorageWriter) throws {
        guard let seen = try transaction.seenReference(name, ofRepository: repository), seen.delivery == delivery.id
        else { return }
        try transaction.removeSeenReference(name, ofRepository: repository)
        guard let before else { return }
        try transaction.put(
            SeenReference(repository: repository, name: name, commit: before, delivery: nil, seenAt: moment))
    }
}
