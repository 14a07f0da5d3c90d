#include "transfer/demo_language.hpp"

namespace parley::transfer::demo {

const std::string_view ukrainian_texts = R"texts(
language uk|/en|30
place Stockholm|Sweden
place Malmö|Sweden
place Kyiv|Ukraine
place Lviv|Ukraine
place Warsaw|Poland
products намет «Vidda 2»|куртка «Skare»|черевики «Rimfrost»|рюкзак «Fjällbris 45»|спальник «Snödriva»|пальник «Glöd»|термобілизна «Lav»|дощові штани «Duggregn»|пухова куртка «Isrosen»|ліхтар «Polstjärna»
colors чорний|зелений|синій|червоний|жовтий|сірий
first Олена|Андрій|Наталія|Тарас|Ірина|Богдан|Софія
last Шевченко|Коваленко|Бондар|Мельник|Ткачук
price {count}99 крон

greet Вітаю, {name}! Мене звати {agent}. Чим можу допомогти?
greet Добрий день! Це {agent}, Norrsken Outdoor.
wait Хвилинку, зараз перевірю.
transfer З’єдную вас із колегою, {other}.
take_over Добрий день, це {agent}. Вашу розмову вже прочитано.
thank Дуже дякую!
thank Чудово, дякую за допомогу 💛💙
bye Будь ласка, гарного дня!
nudge Агов, є хто-небудь?
leave Напишіть мені, будь ласка, на {email}
late Доброго ранку! Учора ми вже були зачинені, ось відповідь.

# delivery
open Добрий день, де моє замовлення {order}?
ask На яку адресу електронної пошти оформлено замовлення?|{email}
answer Посилка {tracking} буде у вас не пізніше {date}.
open Чи доставляєте ви до України?
ask Який товар вас цікавить?|{product}, колір: {color}
answer Так, доставка триває {count} робочих днів.
more Чи можна змінити адресу?|Так, доки посилку не відправлено.

# returns
open Хочу повернути товар: {product}.
ask Товар не був у користуванні?|Ні, він новий.
answer Етикетку для повернення надіслано на {email}.
open Коли повернуться гроші за {order}?
ask Коли ви його відправили?|{date}
answer Сума {price} надійде до {date}.
more Повернення безкоштовне?|Обмін – так.

# size
open Чи маломірить {product}? Зазвичай ношу {size}.
ask Потрібне місце для теплого шару?|Так, це на зиму.
answer Тоді раджу розмір {size}.
more Чи є в наявності?|Так, лишилося {count}, колір: {color}.

# billing
open З мене двічі зняли гроші за {order}.
ask Ви платили карткою?|Так, {date}.
answer Одна з операцій – лише резерв, вона зникне за кілька днів.
open Промокод не працює.
ask Який код ви вводите?|ГОРИ20
answer Знижку додано вручну, разом {price}.
more Можна отримати рахунок?|Надіслано на {email}.
)texts";

}  // namespace parley::transfer::demo
