internal import CredentialLifecycle
internal import OpenSSLCrypto
internal import Storage
internal import TenureAPI
internal import TenureModel

/// How the keys of an installation rest, looked at while no server runs.
struct KeyCheck {
    let installation: Installation
    let configuration: ServerConfiguration
    let now: Timestamp

    /// What is said of a key-encryption key that could be read.
    static func place(of source: ServerConfiguration.KeySource) -> String {
        switch source {
        case .file(let path): "\(path), readable by the server alone"
        case .credential(let name): "the systemd credential \(name)"
        case .environment(let name): "the variable \(name)"
        case .command(let command): "printed by \(command.program)"
        }
    }

    private var living: [KeyVersion] { installation.snapshot.livingDataKeys }

    /// Under which key it rests, and since when it wraps.
    var standing: String {
        guard let newest = living.first else { return "none" }
        let since = "it wraps since \(newest.signFrom.secondsText)"
        guard configuration.nextKey != nil, !restsUnderNext(newest) else { return "\(newest.id); \(since)" }
        return "\(newest.id); \(since); `tenure rotate key-encryption-key` brings it under the key of `keys.next`"
    }

    /// Refuses what a later start may not open.
    func checkDataKeys() throws(StartFailure) {
        guard let newest = living.first, restsUnderNext(newest) else { return }
        throw StartFailure(
            .fault,
            "it rests under the key of `keys.next`: make that the key of `keys`, and take `keys.next` out; keep the old"
                + " one for as long as a backup from before is kept")
    }

    var restingCount: Int { resting.count }

    /// Refuses a wrapped key that does not open: its row was changed or exchanged (THREATS, T37).
    func checkResting() throws(StartFailure) {
        // defence: T37
        for version in resting {
            do throws(CryptoError) {
                _ = try installation.dataWrap.unwrap(version)
            } catch {
                throw StartFailure(InstallationError.unwrap(version.id), configuration)
            }
        }
    }

    /// Refuses where an issuing CA's key cannot be had, or does not sign what its certificate verifies: in the store,
    /// or in the token of `ca.pkcs11`.
    ///
    /// - Returns: how many sign.
    func checkIssuing() throws(StartFailure) -> String {
        let source = try IssuingToken.source(configuration)
        let living = installation.snapshot.keyVersions(for: .issuingCA).filter { $0.state != .retired }
        do throws(KeyChestError) {
            for version in living { try KeyChest.probe(version, installation.dataKeys, source) }
        } catch {
            throw StartFailure(error, configuration)
        }
        guard let token = configuration.authority.token else { return "\(living.count) sign" }
        return "\(living.count) sign; new ones are made in the token `\(token.label)`"
    }

    private var resting: [KeyVersion] {
        installation.snapshot.keyVersions.filter { version in
            version.purpose != .dataKey && version.state != .retired && !version.wrapped.isEmpty
        }
    }

    /// Whether `keys` does not open it, and `keys.next` does.
    private func restsUnderNext(_ version: KeyVersion) -> Bool {
        guard configuration.nextKey != nil else { return false }
        return installation.dataKeys.placeOfKeyEncryptionKey(of: version) == 1
    }
}
