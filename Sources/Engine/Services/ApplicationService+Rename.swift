import Core
import Formats
public import Model

extension ApplicationService {
    /// Gives an application another name with all that it has: all of it or nothing. What runs goes on, and keeps its
    /// addresses. Asked again, it is done already.
    /// - Parameter isExpected: whether the application is what the caller means to rename.
    /// - Throws: `InvalidObject` for a name that none can have; `.notFound`; `.conflict` when the name is taken, something
    ///   is under way, or a place does not take it; `.preconditionFailed`.
    public func rename(
        _ name: String, to newName: String, actor: String, cause: Cause?,
        ifExpected isExpected: @escaping @Sendable (Application?) -> Bool = { _ in true }
    ) async throws -> Application {
        guard TextRule.name.allows(newName) else {
            throw InvalidObject(path: ["name"], message: "'\(newName)': \(TextRule.name.rule)")
        }
        let holder = context.topology
        let moment = context.clock.now()
        let outcome = try await context.storage.write { transaction in
            guard isExpected(try transaction.application(name)) else { throw ApplicationService.changed(name) }
            let renaming = Renaming(
                name: name, newName: newName, actor: actor, cause: cause, moment: moment,
                topology: holder.current.topology)
            return try renaming.apply(to: transaction)
        }
        await reconcilers.renamed(outcome.instances, to: newName)
        return outcome.application
    }
}
