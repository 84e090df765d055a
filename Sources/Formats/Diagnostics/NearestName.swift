/// Finds the name that somebody probably meant.
public enum NearestName {
    /// Longer words are not compared: no valid name is so long, and the work is quadratic.
    private static let longest = 80
    /// Of more, only so many are listed.
    private static let listed = 12

    /// The candidate with the fewest edits from `word`, if few enough for its length; else the only candidate that
    /// `word` begins.
    public static func find(_ word: String, in candidates: some Sequence<String>) -> String? {
        let typed = Array(word.lowercased().unicodeScalars)
        guard !typed.isEmpty, typed.count <= longest else { return nil }
        let limit = min(3, max(1, (typed.count + 1) / 3))
        var best: (name: String, distance: Int, difference: Int)?
        var begun: [String] = []
        for candidate in candidates {
            let known = Array(candidate.lowercased().unicodeScalars)
            if typed.count >= 3, known.starts(with: typed) { begun.append(candidate) }
            guard abs(known.count - typed.count) <= limit, known.count <= longest else { continue }
            let distance = distance(typed, known)
            guard distance <= limit, distance < known.count else { continue }
            // Between equals, a slip of the fingers is likelier than a letter too many.
            let difference = abs(known.count - typed.count)
            if best.map({ (distance, difference) < ($0.distance, $0.difference) }) ?? true {
                best = (candidate, distance, difference)
            }
        }
        return best?.name ?? (begun.count == 1 ? begun.first : nil)
    }

    /// `; did you mean 'ports'?`, or nothing.
    public static func hint(_ word: String, in candidates: some Sequence<String>) -> String {
        find(word, in: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// `; did you mean 'ports'?`, else the first few that there are, or nothing.
    /// - Parameter verb: before these.
    public static func hintOrListing(
        _ word: String, in candidates: some Collection<String>, _ verb: String = "there is"
    ) -> String {
        let hint = hint(word, in: candidates)
        guard hint.isEmpty, !candidates.isEmpty else { return hint }
        let more = candidates.count > listed ? " and \(candidates.count - listed) more" : ""
        return "; \(verb) \(candidates.prefix(listed).joined(separator: ", "))\(more)"
    }

    /// Insertions, deletions, substitutions and swaps of neighbours between two words (Damerau-Levenshtein, in its
    /// optimal string alignment form).
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var previous = Array(0...b.count)
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, before[j - 1] + 1) }
                row.append(cost)
            }
            (before, previous) = (previous, row)
        }
        return previous[b.count]
    }
}
