/// A snapshot of the database. Never Sendable, so that it cannot leave the closure that it was given to.
struct ReadTransaction {
    let connection: Connection
}

@available(*, unavailable)
extension ReadTransaction: Sendable {}

/// The one transaction that may write. Never Sendable, so that it cannot leave the closure that it was given to.
struct WriteTransaction {
    let connection: Connection
}

@available(*, unavailable)
extension WriteTransaction: Sendable {}
