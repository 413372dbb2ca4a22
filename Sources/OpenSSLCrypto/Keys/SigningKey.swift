/// A key pair that signs: one whose private half lies in memory, or in a token that lends its signatures alone.
package protocol SigningKey: Sendable {
    /// The public half.
    var publicKey: PublicKey { get }

    /// Signs with `publicKey.kind.signatureAlgorithm`. ECDSA signatures are DER. Any number of tasks may call it.
    ///
    /// - Throws: `CryptoError` if libcrypto, its random source or the token fails.
    func sign(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8]
}

extension PrivateKey: SigningKey {}
