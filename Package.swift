// swift-tools-version: 6.2
import PackageDescription

// Directions between modules are in docs/architecture.md; ArchitectureTests enforces them.

/// Every Swift target is compiled with these.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// How the release is linked: by lld, stripped, with no symbols for others, equal functions folded and relocations in
/// their short form (glibc 2.36). Beside gold's defaults that is 1.2 MB less of memory in each process.
let releaseLinking: [LinkerSetting] = [
    .unsafeFlags(
        ["-use-ld=lld"]
            + ["-s", "--no-export-dynamic", "--icf=safe", "-z", "pack-relative-relocs"].flatMap { ["-Xlinker", $0] },
        .when(configuration: .release))
]

/// A C library of Debian's, seen through a module map and a `shim.h`.
func library(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// C of our own: thin wrappers for what Swift cannot import, or is loaded when it is first needed.
func wrappers(_ name: String) -> Target {
    .target(
        name: name, path: "Sources/C/\(name)",
        cSettings: [.enableWarning("all"), .treatAllWarnings(as: .error)])
}

let package = Package(
    name: "deployd",
    products: [.executable(name: "deployd", targets: ["deployd"])],
    targets: [
        library("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
        library("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
        library("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        wrappers("CCurl"),
        wrappers("CEpoll"),
        wrappers("CSpawn"),

        .target(name: "Core"),
        .target(name: "Crypto", dependencies: ["Core", "COpenSSL"]),
        .target(name: "Formats", dependencies: ["Core", "Crypto", "CYAML"]),
        .target(name: "System", dependencies: ["Core", "Crypto", "CSpawn"]),
        .target(name: "HTTPClient", dependencies: ["Core", "Crypto", "CCurl"]),
        .target(name: "HTTPServer", dependencies: ["Core", "Crypto", "CEpoll"]),
        .target(name: "Model", dependencies: ["Core", "Crypto", "Formats"]),
        .target(name: "Store", dependencies: ["Core", "Crypto", "Formats", "Model", "CSQLite"]),
        .target(name: "Webhooks", dependencies: ["Core", "Crypto", "Formats", "Model"]),
        .target(name: "Kubernetes", dependencies: ["Core", "Crypto", "Formats", "System", "HTTPClient"]),
        .target(name: "Docker", dependencies: ["Core", "Crypto", "System", "HTTPClient"]),
        .target(
            name: "Drivers",
            dependencies: ["Core", "Crypto", "Formats", "Model", "System", "HTTPClient", "Kubernetes", "Docker"]),
        .target(name: "Engine", dependencies: ["Core", "Crypto", "Formats", "Model"]),
        .target(name: "Client", dependencies: ["Core", "Crypto", "HTTPClient"]),
        .target(
            name: "API",
            dependencies: ["Core", "Crypto", "Formats", "Model", "Engine", "Webhooks", "Client", "HTTPServer"]),
        .target(name: "CLI", dependencies: ["Core", "Crypto", "Formats", "Model", "Client", "System"]),
        .executableTarget(
            name: "deployd",
            dependencies: [
                "Core", "Crypto", "Formats", "System", "HTTPClient", "HTTPServer", "Model", "Store", "Webhooks",
                "Drivers", "Engine", "Client", "API", "CLI",
            ],
            linkerSettings: releaseLinking),
        .executableTarget(
            name: "resolution-benchmark", dependencies: ["Formats", "Model"], path: "Benchmarks/Resolution"),
        .executableTarget(
            name: "commit-benchmark", dependencies: ["Core", "Crypto", "Model", "Store"], path: "Benchmarks/Commit"),

        .target(name: "TestSupport", dependencies: ["Core"], path: "Tests/TestSupport"),
        .testTarget(name: "CoreTests", dependencies: ["Core", "TestSupport"]),
        .testTarget(name: "CryptoTests", dependencies: ["Crypto", "Core", "TestSupport"]),
        .testTarget(name: "FormatsTests", dependencies: ["Formats", "Core", "TestSupport"]),
        .testTarget(name: "SystemTests", dependencies: ["System", "Crypto", "Core", "TestSupport"]),
        .testTarget(name: "HTTPClientTests", dependencies: ["HTTPClient", "Core", "TestSupport"]),
        .testTarget(name: "HTTPServerTests", dependencies: ["HTTPServer", "Crypto", "Core", "TestSupport"]),
        .testTarget(
            name: "ModelTests", dependencies: ["Model", "Formats", "Crypto", "Core", "TestSupport"],
            exclude: ["Catalogue", "Schemas"]),
        .testTarget(name: "StoreTests", dependencies: ["Store", "Model", "Crypto", "Formats", "Core", "TestSupport"]),
        .testTarget(
            name: "WebhooksTests", dependencies: ["Webhooks", "Model", "Crypto", "Core", "TestSupport"],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "KubernetesTests",
            dependencies: ["Kubernetes", "Formats", "System", "HTTPClient", "Crypto", "Core", "TestSupport"]),
        .testTarget(
            name: "DockerTests", dependencies: ["Docker", "System", "HTTPClient", "Crypto", "Core", "TestSupport"]),
        .testTarget(
            name: "DriversTests",
            dependencies: [
                "Drivers", "Model", "Formats", "System", "HTTPClient", "Kubernetes", "Crypto", "Core", "TestSupport",
            ],
            exclude: ["Kubernetes/Golden"]),
        .testTarget(
            name: "EngineTests", dependencies: ["Engine", "Store", "Model", "Crypto", "Formats", "Core", "TestSupport"]),
        .testTarget(
            name: "APITests",
            dependencies: [
                "API", "Client", "Drivers", "Engine", "Store", "Webhooks", "HTTPServer", "HTTPClient", "Model",
                "Formats", "Crypto", "Core", "TestSupport",
            ]),
        .testTarget(
            name: "CLITests", dependencies: ["CLI", "Client", "Model", "Formats", "System", "Core", "TestSupport"]),
        .testTarget(name: "ArchitectureTests", dependencies: ["Core", "TestSupport"]),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["deployd", "Client", "Kubernetes", "HTTPClient", "System", "Crypto", "Core", "TestSupport"]),
    ],
    cLanguageStandard: .c2x
)

// Instrumented for libFuzzer, whose library this names: scripts/fuzz does, a usual build is not.
let fuzzer = Context.environment["DEPLOYD_FUZZ"]
if let fuzzer {
    package.targets += [
        .target(name: "CFuzzer", path: "Fuzz/CFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: ["CFuzzer", "HTTPServer", "Webhooks", "Formats", "Model", "System", "Core"],
            path: "Fuzz/fuzz",
            linkerSettings: [.unsafeFlags([fuzzer]), .linkedLibrary("stdc++")]),
    ]
}

for target in package.targets
where target.type != .system && !["CCurl", "CEpoll", "CSpawn", "CFuzzer"].contains(target.name) {
    target.swiftSettings = swiftSettings + (fuzzer == nil ? [] : [.unsafeFlags(["-sanitize=fuzzer", "-O"])])
}
