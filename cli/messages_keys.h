// cli/messages_keys.h
#pragma once
// The texts of `xinpu keys` and `xinpu access-log`, in both languages.

#include "cli/language.h"

namespace xinpu::cli::messages {

inline constexpr Text kKeysCommand{"Makes, lists and revokes access keys", "签发、列出与吊销访问密钥"};
inline constexpr Text kKeysAdd{"Makes a key and prints it, this once", "签发密钥并输出，仅显示一次"};
inline constexpr Text kKeysList{"Lists the keys without their secrets", "列出密钥（不含密文）"};
inline constexpr Text kKeysRevoke{"Ends a key; a running server refuses it within a second",
                                  "吊销密钥；运行中的服务在一秒内拒绝该密钥"};
inline constexpr Text kKeysRole{"What the key may do (docs/security.md)", "密钥的角色（见 docs/security.md）"};
inline constexpr Text kKeysScope{"Authority code of a department, USCC of a subject; as often as there are some",
                                 "部门的认定单位代码或主体的统一社会信用代码，可重复给出"};
inline constexpr Text kKeysName{"By which people know the key", "密钥名称，便于辨认"};
inline constexpr Text kKeysExpires{"Last day of the key, YYYY-MM-DD (China time), or a number of days",
                                   "有效期：最后一日 YYYY-MM-DD（北京时间），或天数"};
inline constexpr Text kKeysId{"The key's id: what stands between the underscores", "密钥编号：两个下划线之间的部分"};

inline constexpr Text kAccessLogCommand{"Shows and verifies the log of denied, administrative and personal-data acts",
                                        "查看与校验访问日志（拒绝、管理及个人信息访问）"};
inline constexpr Text kAccessLogTail{"Shows the last entries", "显示最近的日志条目"};

inline constexpr Text kKeyMade{"Key {} was made. It is shown this once: keep it safe.",
                               "已签发密钥 {}。密钥仅显示这一次，请妥善保存。"};
inline constexpr Text kKeyRevoked{"Key {} is revoked.", "密钥 {} 已吊销。"};
inline constexpr Text kKeyUnknown{"There is no key '{}'.", "没有密钥“{}”。"};
inline constexpr Text kKeyLastAdmin{"'{}' is the last key of an administrator: make another one first.",
                                    "“{}”是最后一个管理员密钥，请先签发另一个。"};
inline constexpr Text kKeysNoFolder{"There is no data folder '{}'. Make a database with `xinpu init` first.",
                                    "没有数据目录“{}”。请先用 `xinpu init` 新建数据库。"};
inline constexpr Text kKeyNameWrong{"A key needs a name of 1 to {} bytes.", "密钥名称应为 1 至 {} 字节。"};
inline constexpr Text kKeyScopesTooMany{"There are too many scopes, or one is too long.",
                                        "范围过多，或其中一个过长。"};
inline constexpr Text kKeyScopeMissing{
    "A department needs the code of its authority as --scope, a subject its own USCC, once.",
    "部门须以 --scope 给出认定单位代码，主体须给出一个本单位统一社会信用代码。"};
inline constexpr Text kKeyNotAnAuthority{
    "'{}' is no authority code: a USCC whose check digit is right, or 'N:' and the name.",
    "“{}”不是认定单位代码：应为校验码正确的统一社会信用代码，或“N:”加名称。"};
inline constexpr Text kKeyNotAUscc{"'{}' is no USCC: 18 characters, the last one the check digit.",
                                   "“{}”不是统一社会信用代码：应为 18 位且校验码正确。"};
inline constexpr Text kKeyScopeNotWanted{"The role {} has no scope; leave it out.", "角色 {} 没有范围，请勿给出。"};
inline constexpr Text kKeyExpiryWrong{"--expires takes a day to come, YYYY-MM-DD, or a number of days up to {}.",
                                      "--expires 应为将来的日期 YYYY-MM-DD，或不超过 {} 的天数。"};

}  // namespace xinpu::cli::messages
