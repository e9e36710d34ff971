#include "fuzz.hpp"
#include "targets.hpp"

#include "protocol/xml.hpp"

namespace xml = botocraft::protocol::xml;
using sample::Everything;

void fuzz::xml(std::string_view bytes) {
    const auto encode = [](const Everything& value, std::string& out) {
        xml::encode(xml::root_tag(Everything::shape_), Everything::shape_, &value, out);
    };
    fuzz::round_trip(
        bytes,
        [](std::string_view text, Everything& value) {
            xml::decode(xml::Frame::bare, Everything::shape_, text, &value);
        },
        encode);
    for (const xml::Frame frame : {xml::Frame::ec2, xml::Frame::result}) {
        Everything value;
        try {
            xml::decode(frame, Everything::shape_, bytes, &value);
        } catch (const botocraft::Error&) {
            fuzz::require(value == Everything{}, "what cannot be read leaves nothing behind");
        }
    }
    static_cast<void>(xml::decode_error(bytes));
}
