#include "http/reply_reader.hpp"

#include "http/buffer.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <limits>
#include <optional>

namespace botocraft::http {

namespace {

namespace beast = boost::beast;
using boost::system::error_code;
using beast::http::error;

// Enough for most replies that tell of one thing, and no more: each call in flight has one of these.
constexpr std::size_t first_block = 7 * 512;
constexpr std::size_t largest_kept = 64 * 1024;
constexpr std::size_t largest_piece = 256 * 1024;  // of a body that passes by

// Growing fourfold keeps the reads of a middling reply few; from here on twofold, so that little is wasted.
constexpr std::size_t fast_growth = 64 * 1024;

// A chunked body that is not at its end has at least "0 CR LF CR LF" to come. The parser asserts that it gets so much.
constexpr std::size_t least_chunks = 5;

// Replies before the real one. Each of them moves the deadline for the next byte.
constexpr int most_interim = 16;

struct Slice {
    std::size_t offset;
    std::size_t size;
};

struct Field {
    Slice name;
    Slice value;
};

// What one reply's parser leaves behind; buffers are kept from reply to reply.
struct Parsed {
    Buffer input;
    std::string joined;  // the body of a chunked reply
    std::vector<Field> fields;
    std::size_t body_limit = 0;
    int status = 0;
    int version = 11;
    int lengths = 0;
    int encodings = 0;
    bool head_done = false;
    bool secret = false;

    void join(beast::string_view text) {
        if (secret && joined.capacity() - joined.size() < text.size()) {
            std::string larger;
            larger.reserve(std::max(2 * joined.capacity(), joined.size() + text.size()));
            larger.append(joined);
            wipe(joined);
            joined.swap(larger);
        }
        joined.append(text.data(), text.size());
    }
};

class Parser final : public beast::http::basic_parser<false> {
  public:
    explicit Parser(Parsed& parsed) noexcept : parsed_(parsed) {}

  private:
    void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int, error_code&) override {}

    void on_response_impl(int status, beast::string_view, int version, error_code&) override {
        parsed_.status = status;
        parsed_.version = version;
    }

    void on_field_impl(beast::http::field name, beast::string_view name_text, beast::string_view value,
                       error_code& ec) override {
        if (parsed_.head_done) return;  // trailers
        const auto within = [this](beast::string_view text) {
            return text.empty() || (text.data() >= parsed_.input.data() &&
                                    text.data() + text.size() <= parsed_.input.data() + parsed_.input.size());
        };
        // A value that was folded over lines is handed over from a temporary copy. RFC 9112 lets us refuse it.
        if (!within(name_text) || !within(value)) {
            ec = error::bad_obs_fold;
            return;
        }
        // Stricter than the parser: two lengths are refused even where they agree, and so is any coding but chunked.
        if (name == beast::http::field::content_length) {
            const bool list = value.find(',') != beast::string_view::npos;
            if (parsed_.lengths++ != 0 || list) ec = error::multiple_content_length;
        } else if (name == beast::http::field::transfer_encoding) {
            if (parsed_.encodings++ != 0 || !beast::iequals(value, "chunked")) ec = error::bad_transfer_encoding;
        }
        if (!ec && parsed_.lengths != 0 && parsed_.encodings != 0) ec = error::bad_transfer_encoding;
        parsed_.fields.push_back(Field{slice(name_text), slice(value)});
    }

    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(beast::string_view text, error_code&) override { return text.size(); }

    void on_chunk_header_impl(std::uint64_t size, beast::string_view, error_code& ec) override {
        if (size > parsed_.body_limit - parsed_.joined.size()) ec = error::body_limit;
    }

    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view text, error_code&) override {
        parsed_.join(text);
        return text.size();
    }

    void on_finish_impl(error_code&) override {}

    [[nodiscard]] Slice slice(beast::string_view text) const noexcept {
        if (text.empty()) return Slice{0, 0};
        return Slice{static_cast<std::size_t>(text.data() - parsed_.input.data()), text.size()};
    }

    Parsed& parsed_;
};

}  // namespace

// The input holds the head, and behind it the body as it comes; of a chunked body only what is not yet parsed.
struct ReplyReader::State {
    enum class Part { head, by_length, chunked, to_end, complete };

    Parsed parsed;
    std::optional<Parser> parser;
    Part part = Part::head;
    ReplyBody body = ReplyBody::expected;
    std::size_t head_limit = 0;
    std::size_t head_size = 0;
    std::size_t used = 0;    // input that the parser has consumed
    std::size_t length = 0;  // Content-Length
    int interim = 0;
    bool stray = false;
    bool keep = false;
    bool in_chunks = false;
    bool begun = false;
    bool by_end = false;
    bool passes = false;  // the body goes elsewhere, piece by piece

    void expect_head() {
        parsed.fields.clear();
        parsed.status = parsed.lengths = parsed.encodings = 0;
        parsed.head_done = false;
        parser.emplace(parsed);
        parser->body_limit(boost::none);  // ours is checked here
        const std::size_t largest = std::numeric_limits<std::uint32_t>::max();
        parser->header_limit(static_cast<std::uint32_t>(std::min(head_limit, largest)));
        parser->skip(body == ReplyBody::none);
        part = Part::head;
        used = 0;
    }

    error_code put() {
        error_code ec;
        const auto input = parsed.input.view().substr(used);
        used += parser->put(boost::asio::const_buffer(input.data(), input.size()), ec);
        return ec;
    }

    error_code advance() {
        error_code ec;
        if (part == Part::head) ec = read_head();
        if (ec) return ec;
        switch (part) {
            case Part::head: break;
            case Part::by_length:
                if (parsed.input.size() - head_size >= length) finish(head_size + length);
                break;
            case Part::chunked: return read_chunks();
            case Part::to_end:
                if (parsed.input.size() - head_size > parsed.body_limit) return error::body_limit;
                break;
            case Part::complete: stray = parsed.input.size() > used; break;
        }
        return ec;
    }

    error_code read_head() {
        for (;;) {
            const error_code ec = put();
            if (ec == error::need_more) {
                if (parsed.input.size() < head_limit) return {};
                return error::header_limit;
            }
            if (ec) return ec;
            if (used > head_limit) return error::header_limit;
            if (parsed.status < 100) return error::bad_status;
            if (parsed.status == 101) return error::bad_status;  // nobody asked for another protocol
            if (parsed.status >= 200) return head_complete();
            if (++interim > most_interim) return error::bad_status;
            parsed.input.erase(0, used);  // the real one follows
            expect_head();
            if (parsed.input.size() == 0) return {};
        }
    }

    // HTTP/1.0 knows no chunks: RFC 9112 (6.1) has us take their framing for faulty, and close the connection behind them.
    [[nodiscard]] bool keeps() const { return parser->keep_alive() && (parsed.version >= 11 || parsed.encodings == 0); }

    error_code head_complete() {
        parsed.head_done = true;
        head_size = used;
        keep = keeps();
        if (parser->is_done()) {
            finish(head_size);
        } else if (parser->chunked()) {
            part = Part::chunked;
            in_chunks = true;
        } else if (const auto claimed = parser->content_length()) {
            if (*claimed > parsed.body_limit) return error::body_limit;
            length = static_cast<std::size_t>(*claimed);
            part = Part::by_length;
        } else {
            part = Part::to_end;
        }
        return {};
    }

    error_code read_chunks() {
        while (parsed.input.size() - used >= least_chunks && !parser->is_done()) {
            const error_code ec = put();
            if (ec == error::need_more) break;
            if (ec) return ec;
        }
        if (parser->is_done()) {
            keep = keeps();
            finish(used);
            return {};
        }
        parsed.input.erase(head_size, used);
        used = head_size;
        // What is left is the start of one line, or of the trailers.
        if (parsed.input.size() - head_size >= head_limit) return error::header_limit;
        return {};
    }

    void finish(std::size_t end) {
        part = Part::complete;
        used = end;
        stray = parsed.input.size() > end;
    }
};

ReplyReader::ReplyReader() : state_(std::make_unique<State>()) {}
ReplyReader::~ReplyReader() = default;

void ReplyReader::start(ReplyBody body, std::size_t head_limit, std::size_t body_limit) {
    State& state = *state_;
    state.parsed.input.clear();
    state.parsed.joined.clear();
    state.parsed.body_limit = body_limit;
    state.body = body;
    state.head_limit = head_limit;
    state.head_size = 0;
    state.length = 0;
    state.interim = 0;
    state.stray = state.keep = state.in_chunks = state.begun = state.by_end = state.passes = false;
    state.expect_head();
}

std::span<char> ReplyReader::room() {
    State& state = *state_;
    Buffer& input = state.parsed.input;
    if (input.size() == input.capacity()) {
        const std::size_t capacity = input.capacity();
        std::size_t larger = std::max(first_block, capacity < fast_growth ? capacity * 4 : capacity * 2);
        // One byte more than is expected, so that a byte too many is seen.
        if (state.part == State::Part::by_length) larger = std::min(larger, state.head_size + state.length + 1);
        input.reserve(std::max(larger, capacity + 1));
    }
    return input.room();
}

error_code ReplyReader::commit(std::size_t count) {
    state_->parsed.input.commit(count);
    state_->begun = state_->begun || count != 0;
    return state_->advance();
}

error_code ReplyReader::commit_end() {
    State& state = *state_;
    if (state.part == State::Part::complete) return {};
    if (state.part == State::Part::to_end) {
        state.finish(state.parsed.input.size());
        state.by_end = true;
        return {};
    }
    return state.begun ? error::partial_message : error::end_of_stream;
}

bool ReplyReader::begun() const noexcept { return state_->begun; }
bool ReplyReader::complete() const noexcept { return state_->part == State::Part::complete; }
bool ReplyReader::complete_by_end() const noexcept { return state_->by_end; }
bool ReplyReader::stray() const noexcept { return state_->stray; }
bool ReplyReader::reusable() const noexcept { return complete() && state_->keep && !state_->stray; }

void ReplyReader::fill(Reply& reply) const {
    const State& state = *state_;
    const std::string_view input = state.parsed.input.view();
    reply.clear();
    reply.set_status(state.parsed.status);
    for (const Field& field : state.parsed.fields) {
        reply.add_header(input.substr(field.name.offset, field.name.size),
                         input.substr(field.value.offset, field.value.size));
    }
    reply.set_body(state.in_chunks ? std::string_view(state.parsed.joined)
                                   : input.substr(state.head_size, state.used - state.head_size));
}

void ReplyReader::fill_begun(Reply& reply) const {
    if (!state_->parsed.head_done) return;
    fill(reply);
    reply.set_body(state_->passes ? std::string_view() : piece());
}

void ReplyReader::set_secret() noexcept {
    state_->parsed.secret = true;
    state_->parsed.input.set_secret(true);
}

void ReplyReader::wipe() noexcept {
    Parsed& parsed = state_->parsed;
    parsed.input.wipe();
    parsed.input.set_secret(false);
    http::wipe(parsed.joined);
    parsed.secret = false;
}

void ReplyReader::trim() noexcept {
    Parsed& parsed = state_->parsed;
    parsed.input.trim(largest_kept);
    parsed.joined.clear();
    if (parsed.joined.capacity() > largest_kept) parsed.joined.shrink_to_fit();
}

bool ReplyReader::head_done() const noexcept { return state_->part != State::Part::head; }

bool ReplyReader::told_to_go_on() const noexcept { return state_->interim != 0; }

void ReplyReader::pass_by() {
    State& state = *state_;
    state.passes = true;
    std::size_t wanted = largest_piece;
    if (state.part == State::Part::by_length) wanted = std::min(wanted, state.length + 1);
    if (state.part != State::Part::complete) state.parsed.input.reserve(state.head_size + wanted);
}

error_code ReplyReader::limit_body(std::size_t limit) {
    State& state = *state_;
    state.parsed.body_limit = limit;
    const bool too_long = (state.part == State::Part::by_length && state.length > limit) || piece().size() > limit;
    return too_long ? error_code(error::body_limit) : error_code();
}

std::string_view ReplyReader::piece() const noexcept {
    const State& state = *state_;
    if (state.in_chunks) return state.parsed.joined;
    const std::string_view body = state.parsed.input.view().substr(state.head_size);
    return state.part == State::Part::complete ? body.substr(0, state.used - state.head_size) : body;
}

void ReplyReader::drop_piece() noexcept {
    State& state = *state_;
    if (state.in_chunks) return state.parsed.joined.clear();
    const std::size_t size = piece().size();
    if (state.part == State::Part::by_length) state.length -= size;
    if (state.part == State::Part::complete) state.used = state.head_size;
    state.parsed.input.erase(state.head_size, state.head_size + size);
}

std::size_t ReplyReader::capacity() const noexcept {
    return state_->parsed.input.capacity() + state_->parsed.joined.capacity();
}

}  // namespace botocraft::http
