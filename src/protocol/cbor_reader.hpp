#pragma once
// Reading CBOR (RFC 8949) item by item. A length that the text claims is compared with the bytes that are there before
// anything else is done with it.

#include <cstdint>
#include <string>
#include <string_view>

namespace botocraft::protocol::cbor {

enum class Type : std::uint8_t {
    unsigned_,  // number
    negative,   // -1 - number
    bytes,
    text,
    array,      // number of elements, or indefinite
    map,        // number of entries, or indefinite
    tag,        // number; the tagged item follows
    boolean,    // number
    null,
    undefined,
    real,
    simple,     // number: a simple value that means nothing
    end,        // of an indefinite array or map
};

struct Item {
    Type type = Type::null;
    bool indefinite = false;
    std::uint8_t real_bits = 0;     // real: 16, 32 or 64 were sent
    std::uint64_t number = 0;
    double real = 0;
    std::string_view text;          // bytes and text, whole; valid until the next item is read
};

class Reader {
  public:
    explicit Reader(std::string_view bytes) noexcept : rest_(bytes), size_(bytes.size()) {}

    // The next item's head, of bytes and texts all. Throws ProtocolError.
    [[nodiscard]] Item next();
    // Reads over the item that `head` begins, up to `depth` deep.
    void skip(const Item& head, std::size_t depth);

    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    [[nodiscard]] std::size_t position() const noexcept { return size_ - rest_.size(); }
    // Throws if fewer than that many bytes are left: each item of an array is one at least.
    void expect(std::uint64_t bytes) const;
    [[noreturn]] void fail(std::string_view what) const;

  private:
    [[nodiscard]] std::uint64_t argument(unsigned info);
    [[nodiscard]] std::string_view take(std::uint64_t count);
    void string(Item& item, unsigned major);
    void simple(Item& item, unsigned info);

    std::string_view rest_;
    std::size_t size_;
    std::string chunks_;  // a string that came in several
};

}  // namespace botocraft::protocol::cbor
