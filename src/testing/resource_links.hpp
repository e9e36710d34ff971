#pragma once
// What the methods of managers say of their operations: which model they are about, and which members of a request name one.

#include <botocraft/service.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace botocraft::testing {

// A member of a request, and what it says of the model: an expression, or one of its members.
struct Link {
    const schema::Member* member = nullptr;
    std::uint16_t expression = api::none;
    const schema::Member* own = nullptr;
    bool names_one = false;  // it tells which one is meant, and does not only narrow the choice
};
using Links = std::vector<Link>;

// Whether an operation changes nothing.
[[nodiscard]] bool only_reads(const api::Operation& operation) noexcept;

// The tables of one service, as the double reads them.
class MethodTables {
  public:
    explicit MethodTables(const orm::ServiceTables& tables) noexcept : tables_(tables) {}

    // The row of the model that a method returns, or else whose manager has it.
    [[nodiscard]] std::uint16_t model_of(const orm::Method& method) const noexcept;
    [[nodiscard]] Links links_of(const orm::Method& method) const;
    // Whether the method reads models of which the tables say which are meant.
    [[nodiscard]] bool reads(const orm::Method& method) const;
    // Whether a request has what the method always sends: by that AWS tells kinds of one thing apart.
    [[nodiscard]] bool has_constants(const orm::Method& method, const void* request) const;
    // The error codes that mean that there is no such resource, of the method or of another one of the same operation.
    [[nodiscard]] std::string_view missing_codes(const orm::Method& method) const noexcept;
    [[nodiscard]] bool is_key(const orm::Model& model, std::uint16_t expression) const noexcept;
    // Of an error that the service declares.
    [[nodiscard]] std::string_view code_of(std::uint16_t error_shape) const noexcept;
    [[nodiscard]] const orm::Argument* find_argument(const orm::Method& method, std::string_view name) const noexcept;
    // Where AWS answers with a status of HTTP's that says what the error's code says.
    [[nodiscard]] int missing_status() const noexcept;

    [[nodiscard]] schema::ShapeRef input_of(const orm::Method& method) const noexcept;

  private:
    [[nodiscard]] std::string_view main_key(const orm::Model& model) const;
    void link_arguments(const orm::Method& method, std::uint16_t first, std::uint16_t count, std::uint16_t row,
                        Links& links) const;
    void link_key_names(const orm::Method& method, Links& links) const;
    void link_model(const orm::Method& method, Links& links) const;
    void link_merges(const orm::Method& method, Links& links) const;
    void link_names(const orm::Method& method, Links& links) const;
    [[nodiscard]] bool is_told_which(const orm::Method& method) const;
    [[nodiscard]] bool reads_member(const orm::Method& method) const;
    [[nodiscard]] bool is_read_again(const orm::Method& method) const noexcept;

    const orm::ServiceTables& tables_;
};

}  // namespace botocraft::testing
