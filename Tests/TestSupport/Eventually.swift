/// Asks again and again until `condition` holds. The bound is generous: it is reached only by a failure.
/// - Returns: whether it came to hold.
public func eventually(
    within limit: Duration = .seconds(120), every pause: Duration = .milliseconds(10),
    _ condition: () async throws -> Bool
) async rethrows -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try? await Task.sleep(for: pause)
    }
    return try await condition()
}
