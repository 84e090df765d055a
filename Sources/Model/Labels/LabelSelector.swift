public import Core

/// Which objects are meant, by their labels: `team=shop,tier!=dev,env in (a,b),!x`, in the syntax of Kubernetes
/// (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors). An empty one means all.
public struct LabelSelector: Sendable, Equatable {
    /// What one label must be.
    public struct Requirement: Sendable, Equatable {
        public enum Test: Sendable, Equatable {
            case exists
            case isMissing
            /// `=`, `==` and `in`.
            case isOneOf(Set<String>)
            /// `!=` and `notin`; also holds where there is no such label.
            case isNoneOf(Set<String>)
        }

        public let key: String
        public let test: Test

        func holds(for labels: [String: String]) -> Bool {
            let value = labels[key]
            return switch test {
            case .exists: value != nil
            case .isMissing: value == nil
            case .isOneOf(let values): value.map(values.contains) ?? false
            case .isNoneOf(let values): value.map { !values.contains($0) } ?? true
            }
        }
    }

    /// More requirements, or values of one, are refused.
    static let maximum = 100

    /// All of them must hold.
    public let requirements: [Requirement]

    public init(_ requirements: [Requirement] = []) { self.requirements = requirements }

    /// - Throws: `.invalid`, saying at which character what is wrong.
    public init(parsing text: String) throws(DeploydError) {
        var parser = LabelSelectorParser(text)
        requirements = try parser.requirements()
    }

    public var isEmpty: Bool { requirements.isEmpty }

    public func matches(_ labels: [String: String]) -> Bool { requirements.allSatisfy { $0.holds(for: labels) } }
}
