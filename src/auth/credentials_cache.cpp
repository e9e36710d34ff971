#include <auth/credentials_cache.hpp>

#include "auth/problem.hpp"

#include <botocraft/clock.hpp>
#include <botocraft/error.hpp>

#include <algorithm>
#include <atomic>
#include <string>
#include <utility>

namespace botocraft::auth {

namespace {

using TimePoint = std::chrono::system_clock::time_point;

// Keys stand in header lines: a line break in one would begin a header of its own.
bool is_clean(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

void check_usable(const Credentials& credentials, TimePoint now) {
    const std::string source = credentials.source.empty() ? "the provider" : credentials.source;
    const auto check = [&source](std::string_view what, std::string_view text, bool required) {
        if (required && text.empty()) {
            fail("InvalidCredentials", "the " + std::string(what) + " from " + source + " is empty");
        }
        if (!is_clean(text)) {
            fail("InvalidCredentials", "the " + std::string(what) + " from " + source +
                                           " holds a blank, a line break or another character that none has: "
                                           "copy it again");
        }
    };
    check("access key id", credentials.access_key_id, true);
    check("secret access key", credentials.secret_access_key.reveal(), true);
    check("session token", credentials.session_token.reveal(), false);
    if (credentials.expired(now)) {
        const auto ago = std::chrono::floor<std::chrono::seconds>(now - *credentials.expiration);
        fail("ExpiredCredentials", "the credentials from " + source + " expired " + std::to_string(ago.count()) +
                                       " s ago: get new ones (sign in again, or renew the profile or variables)");
    }
}

// Whether one asking has come to a person. Counted until the asking ends: what the person said is not to be asked for again.
class Person {
  public:
    explicit Person(std::shared_ptr<std::atomic<int>> all) : all_(std::move(all)) {}
    Person(const Person&) = delete;
    Person& operator=(const Person&) = delete;
    ~Person() {
        if (asked_) --*all_;
    }
    void ask() noexcept {
        if (!asked_.exchange(true)) ++*all_;
    }

  private:
    std::shared_ptr<std::atomic<int>> all_;
    std::atomic<bool> asked_ = false;
};

CredentialsContext with_person(const CredentialsContext& context, const std::shared_ptr<std::atomic<int>>& all) {
    CredentialsContext told = context;
    MfaPrompt& prompt = told.session.mfa_code;
    if (!prompt) return told;
    prompt = [given = std::move(prompt), person = std::make_shared<Person>(all)](std::string_view serial_number) {
        person->ask();
        return given(serial_number);
    };
    return told;
}

class ProviderSource final : public RenewalSource {
  public:
    ProviderSource(std::shared_ptr<CredentialsProvider> provider, CredentialsContext context)
        : provider_(std::move(provider)), context_(std::move(context)) {}

    [[nodiscard]] boost::asio::awaitable<Found<void>> ask() override {
        const CredentialsContext context = with_person(context_, persons_);
        Credentials credentials = co_await provider_->resolve(context);
        check_usable(credentials, context_.clock->now());
        const auto expiration = credentials.expiration;
        co_return Found<void>(std::make_shared<const SigningIdentity>(std::move(credentials)), expiration);
    }

    [[nodiscard]] ErrorDetails late() const override {
        ErrorDetails details;
        details.kind = ErrorKind::timeout;
        details.code = "CredentialsTimeout";
        details.explanation = "the call's time was over before there were credentials (" + std::string(provider_->name()) +
                              "): allow it more time, or see why they take so long";
        return details;
    }

    [[nodiscard]] bool waits_for_person() const noexcept override { return *persons_ != 0; }

  private:
    std::shared_ptr<CredentialsProvider> provider_;
    CredentialsContext context_;
    std::shared_ptr<std::atomic<int>> persons_ = std::make_shared<std::atomic<int>>(0);  // askings that wait for one
};

}  // namespace

CredentialsCache::CredentialsCache(std::shared_ptr<CredentialsProvider> provider, CredentialsContext context,
                                   RenewalTimes times)
    : Renewed(std::make_shared<ProviderSource>(std::move(provider), context), context.clock, times) {}

}  // namespace botocraft::auth
