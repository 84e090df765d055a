import Core
import Crypto
import HTTPServer
import Model
import Synchronization

/// Answers a POST that is repeated with its `Idempotency-Key` as the first was answered
/// (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/). Kept in memory for a day: a restart
/// forgets.
final class IdempotencyStore: Sendable {
    private enum Entry {
        case running(request: Digest)
        case answered(request: Digest, HTTPResponse, until: Timestamp)

        /// nil while it runs.
        var end: Timestamp? { if case .answered(_, _, let until) = self { until } else { nil } }
        func isOver(at moment: Timestamp) -> Bool { end.map { $0 <= moment } ?? false }
    }

    private static let memory = Duration.seconds(86_400)
    private static let maximumEntries = 1000
    private static let longestKey = 255

    private let clock: any WallClock
    private let entries = Mutex<[String: Entry]>([:])

    init(clock: any WallClock) { self.clock = clock }

    /// - Throws: `DeploydError` `conflict` while the first is being answered, `invalid` when the key was used for another
    ///   request, and what `perform` throws: a failure is not kept.
    func answer(
        to request: APIRequest, _ perform: () async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        guard let key = request.http.header("Idempotency-Key") else { return try await perform() }
        guard (1...IdempotencyStore.longestKey).contains(key.utf8.count) else {
            throw DeploydError(.invalid, "Idempotency-Key may have at most \(IdempotencyStore.longestKey) bytes")
        }
        let place = "\(request.token?.id ?? "")\n\(request.http.path)\n\(key)"
        let digest = Digest.sha256(of: request.http.body)
        if let known = try begin(place, digest) { return known }
        do {
            let response = try await perform()
            let until = clock.steady() + IdempotencyStore.memory
            entries.withLock { $0[place] = .answered(request: digest, response, until: until) }
            return response
        } catch {
            entries.withLock { $0[place] = nil }
            throw error
        }
    }

    /// - Returns: the first's answer; nil: this is the first.
    private func begin(_ place: String, _ digest: Digest) throws(DeploydError) -> HTTPResponse? {
        let now = clock.steady()
        let known = entries.withLock { entries -> Entry? in
            if let entry = entries[place], !entry.isOver(at: now) { return entry }
            makeRoom(in: &entries, now)
            entries[place] = .running(request: digest)
            return nil
        }
        switch known {
        case nil: return nil
        case .running:
            throw DeploydError(.conflict, "a request with this Idempotency-Key is being answered; try again")
        case .answered(let first, let response, _):
            guard first == digest else {
                throw DeploydError(.invalid, "this Idempotency-Key was used with another body; use a new one")
            }
            return response
        }
    }

    private func makeRoom(in entries: inout [String: Entry], _ now: Timestamp) {
        guard entries.count >= IdempotencyStore.maximumEntries else { return }
        entries = entries.filter { !$0.value.isOver(at: now) }
        guard entries.count >= IdempotencyStore.maximumEntries else { return }
        let oldest = entries.compactMap { place, entry in entry.end.map { (place, $0) } }.min { $0.1 < $1.1 }
        if let oldest { entries[oldest.0] = nil }
    }
}
