import Client
import Core

/// One of an application's instances.
struct ChosenInstance: Sendable, Equatable, CustomStringConvertible {
    let application: String
    let target: String

    var description: String { "\(application) on \(target)" }

    /// As the arguments name them: one of an application, or with a selector every one that it means.
    /// - Parameter verb: what only deployd's own can be asked for, e.g. "stop": where others deploy is passed over. nil:
    ///   whatever is recorded.
    static func all(_ context: CommandContext, _ client: APIClient, to verb: String?) async throws -> [ChosenInstance] {
        guard let selector = try context.selector() else {
            guard let name = context.arguments.positional(0) else {
                throw context.usage("APPLICATION is missing; or choose by labels with --selector")
            }
            return [try await only(name, context, client, isOurs: verb != nil)]
        }
        let query = InstanceQuery(
            application: context.arguments.positional(0), target: context.arguments.value("--target"),
            selector: selector)
        let found = try await allPages { try await client.instances(query, after: $0, limit: 500) }
        guard !found.isEmpty else { throw DeploydError(.notFound, "no instance has the labels '\(selector)'") }
        let (ours, others) = (found.filter { verb == nil || $0.world != nil }, found.filter { $0.world == nil })
        if let verb, !others.isEmpty {
            let names = others.map { ChosenInstance($0).description }.joined(separator: ", ")
            guard !ours.isEmpty else {
                throw DeploydError(.conflict, "others deploy \(names); deployd can \(verb) nothing there")
            }
            context.console.progress("passed over, since others deploy there: \(names)".printable)
        }
        return ours.map(ChosenInstance.init)
    }

    private init(_ instance: Wire.Instance) {
        self.init(application: instance.application, target: instance.target)
    }

    init(application: String, target: String) {
        self.application = application
        self.target = target
    }

    private static func only(
        _ application: String, _ context: CommandContext, _ client: APIClient, isOurs: Bool
    ) async throws -> ChosenInstance {
        if let target = context.arguments.value("--target") {
            return ChosenInstance(application: application, target: target)
        }
        let all = try await client.application(application).targets
        let ours = isOurs ? all.filter { $0.value.world != nil } : all
        let targets = (ours.isEmpty ? all : ours).keys.sorted()
        guard let only = targets.first else { throw DeploydError(.notFound, "\(application) is on no target") }
        guard targets.count == 1 else {
            throw context.usage("\(application) is on \(targets.joined(separator: ", ")); say which with --target")
        }
        return ChosenInstance(application: application, target: only)
    }

    /// Does one after the other; what fails does not keep the rest from being done.
    /// - Throws: the error of the only one, or how many failed.
    static func each<Chosen: CustomStringConvertible, Value>(
        _ chosen: [Chosen], _ context: CommandContext, _ body: (Chosen) async throws -> Value
    ) async throws -> [Value] {
        var done: [Value] = []
        for one in chosen {
            do { done.append(try await body(one)) } catch {
                guard chosen.count > 1, !(error is CancellationError) else { throw error }
                context.console.progress("\(one): \(DeploydError.wrapping(error, "unexpected error"))".printable)
            }
        }
        guard done.count == chosen.count else {
            throw DeploydError(.invalid, "\(chosen.count - done.count) of \(chosen.count) failed")
        }
        return done
    }
}
