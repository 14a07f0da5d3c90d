#include "transfer/demo_language.hpp"

namespace parley::transfer::demo {

const std::string_view japanese_texts = R"texts(
language ja|/en|30
place Tokyo|Japan
place Tokyo|Japan
place Sapporo|Japan
place Osaka|Japan
place Nagano|Japan
place Stockholm|Sweden
products テント「Vidda 2」|ジャケット「Skare」|ブーツ「Rimfrost」|バックパック「Fjällbris 45」|寝袋「Snödriva」|ストーブ「Glöd」|ベースレイヤー「Lav」|レインパンツ「Duggregn」|ダウンジャケット「Isrosen」|ヘッドランプ「Polstjärna」
colors 黒|モスグリーン|紺|赤|黄色|グレー
first さくら|健太|葵|大輔|美咲|拓也|陽菜
last 佐藤|鈴木|髙橋|田中|渡邊|小林
price {count},900円

greet {name}様、こんにちは。{agent}が承ります。どのようなご用件でしょうか。
greet お問い合わせありがとうございます。担当の{agent}です。
wait 少々お待ちください。確認いたします。
transfer 詳しい者({other})におつなぎします。
take_over ここからは{agent}が承ります。これまでの内容は確認済みです😊
thank ありがとうございました!
thank 助かりました。ありがとうございます🙇
bye またのご利用をお待ちしております。
nudge すみません、どなたかいらっしゃいますか?
leave {email} までご連絡ください。
late おはようございます。昨日は営業時間外でしたので、本日お返事いたします。

# delivery
open 注文番号{order}の荷物がまだ届きません。
ask ご注文時のメールアドレスを教えていただけますか。|{email} です。
answer お荷物({tracking})は{date}までにお届けの予定です。
open 日本への配送は可能ですか?
ask どの商品でしょうか。|{product}です。色は{color}です。
answer はい、{count}営業日ほどでお届けします。
more 関税はかかりますか?|いいえ、価格に含まれております。

# returns
open {product}を返品したいのですが。
ask 商品は未使用でしょうか。|はい、未使用です。
answer 返品ラベルを {email} にお送りしました。
open {order}の返金はいつになりますか?
ask いつ発送されましたか。|{date}です。
answer {price}は{date}までに返金されます。
more 送料は無料ですか?|交換の場合は無料です。

# size
open {product}のサイズ感を知りたいです。普段は{size}です。
ask 中に厚手のものを着用されますか。|はい、冬に使います。
answer それでしたら{size}をおすすめいたします。
more 在庫はありますか?|はい、{color}が残り{count}点です。

# billing
open {order}が二重に請求されています。
ask お支払いはカードでしょうか。|はい、{date}に払いました。
answer 片方は仮押さえですので、数日で消えます。
open クーポンコードが使えません。
ask コードを教えていただけますか。|「YAMA20」です。
answer 割引を適用し、合計は{price}になりました。
more 領収書をもらえますか?|{email} にお送りしました。
)texts";

}  // namespace parley::transfer::demo
