internal import ArgumentParser

struct CertificateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cert", abstract: "Certificates: get one, or renew one with itself.",
        subcommands: [CertificateIssueCommand.self, CertificateRenewCommand.self])
}
