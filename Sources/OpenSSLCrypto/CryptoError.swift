internal import COpenSSLShim

/// A cryptographic operation that could not be done: which one, and what libcrypto said.
///
/// The text names functions and reasons of the library, never a key or a message.
package struct CryptoError: Error, Hashable, Sendable {
    /// What was attempted.
    package let operation: CryptoOperation
    /// What the library said; without codes where it gave no reason, or where the caller's input was refused first.
    package let fault: CryptoFault

    init(_ operation: CryptoOperation, _ fault: CryptoFault = .none) {
        self.operation = operation
        self.fault = fault
    }
}

/// What was attempted when a `CryptoError` was thrown.
package enum CryptoOperation: String, Hashable, Sendable {
    case random, prepareMAC, computeMAC, deriveKey, seal, open
    case generateKey, decodePrivateKey, encodePrivateKey, encryptPrivateKey, decryptPrivateKey, sign
    case openToken, generateInToken, findInToken, signInToken
    case decodePublicKey, examineModulus, readCertificate, readRevocationList, prepareVerification, verifyChain
}

/// What stood in the error queue of libcrypto, copied out before the call returned.
package struct CryptoFault: Hashable, Sendable {
    /// At most four codes, the earliest first.
    package let codes: [UInt]
    /// The library's text for the first code, empty where there is none.
    package let text: String

    /// No word from the library.
    package static let none = CryptoFault(codes: [], text: "")

    private init(codes: [UInt], text: String) {
        self.codes = codes
        self.text = text
    }

    /// A word of ours, where the library said nothing.
    init(_ text: String) { self.init(codes: [], text: text) }

    init(_ fault: ossl_fault) {
        let all = [fault.codes.0, fault.codes.1, fault.codes.2, fault.codes.3]
        self.codes = all.prefix(Int(fault.count)).map { UInt($0) }
        self.text = unsafe withUnsafeBytes(of: fault.text) { buffer in
            let bytes = unsafe buffer.prefix { $0 != 0 }
            return unsafe String(decoding: bytes, as: UTF8.self)
        }
    }
}

/// Runs one call of the shim and turns its -1 into an error.
func checked(
    _ operation: CryptoOperation, _ call: (inout ossl_fault) -> Int32
) throws(CryptoError) {
    var fault = ossl_fault()
    guard call(&fault) == 0 else { throw CryptoError(operation, CryptoFault(fault)) }
}

/// Runs one call of the shim that makes a handle.
func checkedHandle(
    _ operation: CryptoOperation, _ call: (inout OpaquePointer?, inout ossl_fault) -> Int32
) throws(CryptoError) -> OpaquePointer {
    var fault = ossl_fault()
    var handle: OpaquePointer?
    guard unsafe call(&handle, &fault) == 0, let handle = unsafe handle else {
        throw CryptoError(operation, CryptoFault(fault))
    }
    return unsafe handle
}

/// Runs one call of the shim that writes at most `capacity` bytes and says how many.
func checkedBytes(
    _ operation: CryptoOperation, capacity: Int,
    _ call: (UnsafeMutablePointer<UInt8>?, inout Int, inout ossl_fault) -> Int32
) throws(CryptoError) -> [UInt8] {
    var fault = ossl_fault()
    var status: Int32 = -1
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, initializedCount in
        var count = capacity
        status = unsafe call(buffer.baseAddress, &count, &fault)
        initializedCount = status == 0 ? count : 0
    }
    guard status == 0 else { throw CryptoError(operation, CryptoFault(fault)) }
    return bytes
}
