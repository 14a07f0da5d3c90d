#include "transfer/demo_language.hpp"

namespace parley::transfer::demo {

const std::string_view arabic_texts = R"texts(
language ar|/en|40
place Malmö|Sweden
place Södertälje|Sweden
place Göteborg|Sweden
place Dubai|United Arab Emirates
place Amman|Jordan
place Cairo|Egypt
products خيمة Vidda 2|سترة Skare|حذاء Rimfrost|حقيبة Fjällbris 45|كيس النوم Snödriva|موقد Glöd|ملابس داخلية Lav|بنطال المطر Duggregn|سترة الريش Isrosen|مصباح الرأس Polstjärna
colors أسود|أخضر|أزرق|أحمر|أصفر|رمادي
first أحمد|فاطمة|يوسف|ليلى|عمر|مريم|خالد|نور
last الحسن|منصور|حداد|خوري|صالح|درويش
price {count}99 كرونة

greet مرحباً {name}، معك {agent} من Norrsken Outdoor. كيف يمكنني مساعدتك؟
greet أهلاً وسهلاً! اسمي {agent}.
wait لحظة من فضلك، سأتحقق من ذلك.
transfer سأحوّلك إلى زميلي {other}.
take_over مرحباً، معك {agent}. لقد قرأت المحادثة.
thank شكراً جزيلاً!
thank شكراً لك يا {agent} 🌷
thank ممتاز، شكراً
bye على الرحب والسعة، نهارك سعيد!
nudge مرحبا؟ هل من أحد هنا؟
leave يمكنكم مراسلتي على {email}
late صباح الخير! كنا مغلقين عندما كتبت، وهذا هو الرد.

# delivery
open مرحباً، أين طلبي رقم {order}؟
open متى يصل {product}؟
ask ما هو البريد الإلكتروني للطلب؟
reply {email}
reply لا أعرف، ربما {email}
answer سيصل الطرد {tracking} في موعد أقصاه {date}.
answer يستغرق التوصيل {count} أيام عمل.
more هل يمكن تغيير العنوان؟|نعم، قبل أن يغادر الطرد المستودع.

# returns
open أريد إرجاع {product}.
open أعدت الطلب {order} ولم أستلم المبلغ بعد.
ask هل المنتج غير مستعمل؟
reply نعم، لم أستعمله.
answer أرسلت ملصق الإرجاع إلى {email}.
answer سيصلك مبلغ {price} قبل {date}.
more هل الإرجاع مجاني؟|التبديل مجاني دائماً.

# size
open هل مقاس {product} صغير؟ ألبس عادةً {size}.
ask هل ترغب في مساحة لسترة دافئة تحته؟
reply نعم، للشتاء.
answer إذاً أنصحك بالمقاس {size}.
more هل هو متوفر؟|نعم، لدينا {count} قطع باللون: {color}.

# billing
open تم خصم المبلغ مرتين للطلب {order}!
open كود الخصم لا يعمل.
ask هل دفعت بالبطاقة؟
reply نعم، بتاريخ {date}.
answer إحدى العمليتين مجرد حجز مؤقت وستختفي خلال أيام.
answer أضفت الخصم يدوياً، والمجموع الآن {price}.
more هل يمكنني الحصول على فاتورة؟|أرسلتها إلى {email}.
)texts";

}  // namespace parley::transfer::demo
