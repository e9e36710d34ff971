#include "auth/problem.hpp"
#include "auth/secret_json.hpp"

#include <botocraft/credentials.hpp>
#include <botocraft/process.hpp>

#include <utility>

namespace botocraft {

namespace {

using auth::fail;

constexpr std::string_view code = "CredentialProcessFailure";

[[noreturn]] void refuse(const std::string& explanation) {
    fail(code, "Error retrieving credentials from external process (credential_process): " + explanation +
                   ". Run the command by hand to see what it says");
}

void check_end(const ProcessResult& result) {
    switch (result.end) {
        case ProcessResult::End::exited:
            if (result.status == 0) return;
            refuse("it exited with code exit status: " + std::to_string(result.status));
        case ProcessResult::End::killed: refuse("signal " + std::to_string(result.status) + " ended it");
        case ProcessResult::End::timed_out: refuse("it did not end within a minute");
        case ProcessResult::End::too_much_output: refuse("it prints far more than credentials");
        case ProcessResult::End::not_started:
            refuse("it could not be started (error " + std::to_string(result.status) + ")");
    }
}

class ProcessProvider final : public CredentialsProvider {
  public:
    ProcessProvider(std::string command, std::string account_id)
        : command_(std::move(command)), account_id_(std::move(account_id)) {}

    [[nodiscard]] awaitable<Credentials> resolve(const CredentialsContext& context) override {
        const std::shared_ptr<ProcessRunner> runner =
            context.session.processes ? context.session.processes : system_processes();
        std::string command = command_;
        const ProcessResult result = co_await runner->run(std::move(command), ProcessLimits());
        check_end(result);
        co_return read_document(result.output);
    }
    [[nodiscard]] std::string_view name() const noexcept override { return "credential_process"; }

  private:
    [[nodiscard]] Credentials read_document(const Secret& output) const {
        const auth::SecretJson document(output.reveal());
        if (!document.valid()) refuse("could not parse response: invalid JSON in response");
        const auto* version = document.object().if_contains("Version");
        if (version == nullptr || !version->is_int64() || version->get_int64() != 1) {
            refuse("the \"Version\" of its answer must be 1");
        }
        Credentials found = auth::credentials_of(document.object(), "SessionToken", "the credential process");
        if (found.account_id.empty()) found.account_id = account_id_;
        return found;
    }

    std::string command_;
    std::string account_id_;
};

}  // namespace

std::shared_ptr<CredentialsProvider> process_credentials(std::string command, std::string account_id) {
    return std::make_shared<ProcessProvider>(std::move(command), std::move(account_id));
}

}  // namespace botocraft
