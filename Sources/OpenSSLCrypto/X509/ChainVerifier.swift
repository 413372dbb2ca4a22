internal import COpenSSLShim

/// Verifies chains of certificates (RFC 5280, section 6) by libcrypto in its strict mode, at a time that is given.
///
/// What it trusts is fixed when it is made; any number of tasks may verify with it at the same time. When revocation
/// lists change, make another.
@safe package final class ChainVerifier: Sendable {
    /// How many certificates a chain may have, leaf and anchor among them.
    package static let chainCountMax = 4
    /// How many certificates may come along as help, needed or not.
    package static let intermediateCountMax = 8

    /// Which certificates of a chain must be covered by a revocation list that is signed and not over.
    package enum Revocation: Int32, Sendable {
        case none = 0
        case leaf = 1
        /// All but the anchor.
        case all = 2
    }

    /// What a leaf is to be good for.
    package enum Purpose: Sendable {
        /// The client of a TLS connection.
        case client
        /// The server of a TLS connection.
        case server
        /// To be an authority itself.
        case authority
    }

    // The handle is written once, in the initializer, and freed once, in `deinit`. In between nothing is added to the
    // store, and libcrypto guards it with a lock of its own.
    private nonisolated(unsafe) let handle: OpaquePointer
    private let revocation: Revocation

    /// Trusts these anchors, each of which must be an authority, and knows these revocation lists.
    ///
    /// - Throws: `ChainError.notAnAuthority` for an anchor that is none, `.unavailable` if libcrypto fails.
    package init(
        anchors: [Certificate], revocationLists: [RevocationList] = [], checking revocation: Revocation = .none
    ) throws(ChainError) {
        // defence: T23
        guard anchors.allSatisfy(\.isCA) else { throw .notAnAuthority }
        do { unsafe handle = try Self.store(anchors, revocationLists) } catch { throw .unavailable(error) }
        self.revocation = revocation
    }

    deinit { unsafe ossl_store_free(handle) }

    private static func store(
        _ anchors: [Certificate], _ revocationLists: [RevocationList]
    ) throws(CryptoError) -> OpaquePointer {
        let store = try unsafe checkedHandle(.prepareVerification) { unsafe ossl_store_new(&$0, &$1) }
        do throws(CryptoError) {
            for anchor in anchors {
                try checked(.prepareVerification) { fault in
                    unsafe ossl_store_add_anchor(store, anchor.der, anchor.der.count, &fault)
                }
            }
            for list in revocationLists {
                try checked(.prepareVerification) { fault in
                    unsafe ossl_store_add_crl(store, list.der, list.der.count, &fault)
                }
            }
        } catch {
            unsafe ossl_store_free(store)
            throw error
        }
        return unsafe store
    }

    /// Verifies that a chain leads from `leaf` over some of `intermediates` to an anchor, all of it valid at `time`
    /// (seconds since 1970) and good for `purpose`. A leaf that is to be a client or a server must be no authority and
    /// say in its extended key usages that it is one.
    ///
    /// In the second of its notAfter a certificate counts as over, where RFC 5280 would still have it: libcrypto errs
    /// on this side.
    ///
    /// - Throws: `ChainError`.
    package func verify(
        _ leaf: Certificate, intermediates: [Certificate], purpose: Purpose, at time: Int64
    ) throws(ChainError) {
        guard intermediates.count <= Self.intermediateCountMax else { throw .tooLong }
        guard leaf.isCA == (purpose == .authority) else {
            throw purpose == .authority ? .notAnAuthority : .wrongPurpose
        }
        // defence: T23
        guard purpose.isAllowed(by: leaf.extendedKeyUsages) else { throw .wrongPurpose }
        let others = intermediates.flatMap(\.der)
        var fault = ossl_fault()
        var reason: Int32 = 0
        let status = unsafe ossl_store_verify(
            handle, leaf.der, leaf.der.count, others, others.count, purpose.shimPurpose, time,
            // defence: T23 becomes: Int32(9), revocation.rawValue, &reason, &fault)
            Int32(Self.chainCountMax), revocation.rawValue, &reason, &fault)
        guard status != 0 else { return }
        guard reason != 0 else { throw .unavailable(CryptoError(.verifyChain, CryptoFault(fault))) }
        throw ChainError(reason: reason)
    }
}

extension ChainVerifier.Purpose {
    fileprivate var shimPurpose: Int32 {
        switch self {
        case .client: Int32(OSSL_PURPOSE_CLIENT)
        case .server: Int32(OSSL_PURPOSE_SERVER)
        case .authority: Int32(OSSL_PURPOSE_AUTHORITY)
        }
    }

    /// libcrypto takes a leaf without extended key usages for everything; here it is nothing.
    fileprivate func isAllowed(by usages: [OID]?) -> Bool {
        switch self {
        case .client: usages?.contains(.clientAuthentication) ?? false
        case .server: usages?.contains(.serverAuthentication) ?? false
        case .authority: true
        }
    }
}

/// Why a chain is not accepted.
package enum ChainError: Error, Hashable, Sendable {
    /// No path leads to an anchor.
    case untrusted
    /// A certificate or a revocation list is not valid yet.
    case notYetValid
    /// A certificate is over.
    case expired
    /// A signature is wrong.
    case badSignature
    /// The extended key usage, or key usage, does not allow the purpose.
    case wrongPurpose
    /// A certificate that is no authority, or may not be one so deep, stands where one must be.
    case notAnAuthority
    /// More certificates than `chainCountMax` or `intermediateCountMax`.
    case tooLong
    /// The leaf is revoked.
    case revoked
    /// No revocation list covers the leaf, or the one that does is over, or not signed by who may.
    case revocationUnknown
    /// A key or a digest on the path is too weak.
    case weakKey
    /// Another rule is broken; the text is libcrypto's.
    case refused(String)
    /// libcrypto failed; that says nothing about the chain.
    case unavailable(CryptoError)

    /// Sorts libcrypto's reasons; the numbers are those of `X509_V_ERR_…`, which never change.
    fileprivate init(reason: Int32) {
        switch reason {
        case 2, 18, 19, 20, 21, 27, 30, 31: self = .untrusted
        case 4, 6, 7: self = .badSignature
        case 9: self = .notYetValid
        case 10: self = .expired
        case 3, 5, 8, 11, 12, 15, 16, 33, 35, 36, 44, 54: self = .revocationUnknown
        case 17, 69, 70: self = .unavailable(CryptoError(.verifyChain))
        case 22: self = .tooLong
        case 23: self = .revoked
        case 25, 32, 37, 79: self = .notAnAuthority
        case 26, 39: self = .wrongPurpose
        case 66, 67, 68: self = .weakKey
        default: self = .refused(unsafe String(cString: ossl_store_reason(reason)))
        }
    }
}
