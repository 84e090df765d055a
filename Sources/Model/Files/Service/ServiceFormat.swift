import Core
import Formats

/// The keys of `deployd.yaml`.
enum ServiceFormat {
    static let service = Field("service", .name, required: true, "The application's name")
    static let description = Field("description", .string, "One sentence for people")
    static let url = Field("url", .string(.webAddress), "Where people read more about it")
    static let labels = Field("labels", .labels, "Free labels, for selectors")
    static let port = Field(
        "port", .port, "Short for 'ports: { http: PORT }'. A container listens there; a process where PORT says")
    static let ports = Field("ports", .map(keys: .name, of: .port, maximum: 20), "Every port it listens on, by name")
    static let build = Field("build", BuildFormat.shape, "How it is built")
    static let command = Field(
        "command", .arguments, "The program that is run and its arguments; no shell is involved")
    static let env = Field(
        "env", .map(keys: .environmentVariable, of: .variable, maximum: 500),
        "Environment variables; PORT and PORT_* are set by deployd")
    static let secrets = Field(
        "secrets", .secretNames.checked(atMost: ApplicationSecret.maximumCount),
        "Environment variables whose values are set by 'deployd secret set', for each environment")
    static let health = Field("health", HealthFormat.shape, "When it counts as healthy")
    static let limits = Field("limits", LimitsFormat.shape, "What it may use")
    static let drain = Field(
        "drain", .duration(.zero ... .seconds(3600)),
        "How long the old version may finish what it is doing when a new one takes over; default 30s")
    static let beforeDeploy = Field(
        "beforeDeploy", .arguments,
        "A program that is run once on each target before a new version starts there, such as a migration")
    static let image = Field(
        "image", .imageName,
        "An image that is deployed instead of building one, by its name without a tag: the version is the tag")
    static let replicas = Field(
        "replicas", ReplicasFormat.shape, "How many of it run at once, or between which numbers; default 1")
    static let update = Field("update", UpdateFormat.shape, "How a new version takes over; default rolling")
    static let onFailure = Field(
        "onFailure", Shape<FailureResponse>.choice(),
        "What becomes of a version that fails: rollback (default), and the old one serves; or stop, and it is left as it is"
    )
    static let manifests = Field(
        "manifests", .manifests,
        "A folder of Kubernetes manifests beside the file, applied as they are; '# deployd: substitute' in a file's first "
            + "line asks for ${} to be replaced")
    static let deploy = Field("deploy", DeployFormat.shape, "What is said for one kind of world only")
    static let requires = Field(
        "requires", .map(keys: .name, of: RequirementFormat.shape, maximum: 100),
        "What is provisioned for it before it starts")
    static let entrypoints = Field(
        "entrypoints", .map(keys: .name, of: EntrypointFormat.shape, maximum: 20),
        "How the outside reaches it; default with a port: web")
    static let environmentSets = Field(
        "environmentSets", .names,
        "Sets of environments it goes through; default: [default], unless environments is given")
    static let environments = Field(
        "environments", .list(of: EnvironmentEntryFormat.shape).checked(atMost: 100), "More environments it goes to")

    static let triggers = Field(
        "triggers", .list(of: TriggerFormat.shape).checked(atMost: 100),
        "Which pushes set the version of which environment; default: the default branch, the first environment")
    static let paths = Field(
        "paths", .list(of: .string(.folder)).checked(atMost: 100),
        "In a repository of several services: what it is made from besides its own folder, from the root")
    static let overrides = Field(
        "overrides", OverridesFormat.shape, "Changes for single environments, merged deeply over the rest")

    /// What may differ between environments: all that is not built once for all, and does not say where it goes.
    static let overridable: [any FieldDeclaration] = [
        command, port, ports, env, secrets, health,
        replicas,
        limits,
        update, onFailure, manifests, deploy,
        drain, beforeDeploy, requires, entrypoints,
    ]

    static let fields: [any FieldDeclaration] =
        [
            service, description, url, labels, build, image,
        ] + overridable + [
            environmentSets, environments, triggers, paths, overrides,
        ]

    static let shape = Shape<ServiceFile>.mapping(fields) { reader in
        var file = read(reader)
        file.variants = ServiceOverrides(reader: reader, base: file).variants()
        checkPlaces(reader, file.settings)
        return file
    }

    /// The file without its overrides.
    static func read(_ reader: MappingReader) -> ServiceFile {
        let ports = readPorts(reader)
        let entrypoints = readEntrypoints(reader, ports)
        let requirements = reader[requires] ?? [:]
        var file = ServiceFile(
            service: reader[service] ?? "", description: reader[description] ?? "", url: reader[url],
            labels: reader[labels] ?? [:], ports: ports, build: reader[build]?.command, command: reader[command],
            environment: reader[env] ?? [:], secrets: readSecrets(reader), health: readHealth(reader, ports),
            limits: reader[limits] ?? WorkloadLimits(), drain: reader[drain] ?? .seconds(30),
            replicas: reader[replicas]?.count ?? 1, beforeDeploy: reader[beforeDeploy],
            requirements: requirements.slugs, shared: requirements.shared, applications: requirements.applications,
            entrypoints: entrypoints,
            paths: reader[paths] ?? [],
            settings: readSettings(reader))
        file.hasDefaultEntrypoints = reader.lacks(Self.entrypoints)
        file.autoscaling = reader[replicas]?.autoscaling
        file.image = readImage(reader)
        file.strategy = reader[update] ?? .rolling
        file.onFailure = reader[onFailure] ?? .rollback
        file.manifests = reader[manifests]
        file.kubernetes = reader[deploy] ?? KubernetesOptions()
        checkVariables(reader)
        ServiceReferences(file: file, reader: reader).check()
        return file
    }
}
