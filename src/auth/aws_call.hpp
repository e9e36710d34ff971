#pragma once
// Calls to AWS on behalf of a provider: the road of every call, in a session of the provider's own.

#include <botocraft/awaitable.hpp>
#include <botocraft/credentials.hpp>
#include <botocraft/service.hpp>
#include <config/wipe.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <tuple>

namespace botocraft::auth {

// A session like that of the context, in a region (empty: the same) and with credentials (null: for calls that need
// none).
[[nodiscard]] Session make_session(const CredentialsContext& context, std::string_view region,
                                   std::shared_ptr<CredentialsProvider> credentials);

// `input` and `output` must live until this completes. Throws an Error.
[[nodiscard]] awaitable<void> call(const Session& session, const orm::ServiceTables& service,
                                   std::string_view operation, void* input, void* output);

using config::wipe;

// Overwrites what a request or response held.
template <class Field>
void wipe_field(Field& field) noexcept {
    if (field.has_value()) wipe(*field);
}

// Overwrites them at the end of a scope, also where that is an exception.
template <class... Fields>
class WipeFieldsAtEnd {
  public:
    explicit WipeFieldsAtEnd(Fields&... fields) noexcept : fields_(fields...) {}
    WipeFieldsAtEnd(const WipeFieldsAtEnd&) = delete;
    WipeFieldsAtEnd& operator=(const WipeFieldsAtEnd&) = delete;
    ~WipeFieldsAtEnd() {
        std::apply([](Fields&... fields) { (wipe_field(fields), ...); }, fields_);
    }

  private:
    std::tuple<Fields&...> fields_;
};

}  // namespace botocraft::auth
