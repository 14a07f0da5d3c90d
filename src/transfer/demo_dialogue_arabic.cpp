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
ask ما هو البريد الإلكتروني للطلب؟|{email}
answer سيصل الطرد {tracking} في موعد أقصاه {date}.
open كم يستغرق توصيل {product}؟
ask أي لون تريد؟|{color}
answer يستغرق التوصيل {count} أيام عمل.
more هل يمكن تغيير العنوان؟|نعم، قبل أن يغادر الطرد المستودع.

# returns
open أريد إرجاع {product}.
ask هل المنتج غير مستعمل؟|نعم، لم أستعمله.
answer أرسلت ملصق الإرجاع إلى {email}.
open أعدت الطلب {order} ولم أستلم المبلغ بعد.
ask متى أرسلته؟|بتاريخ {date}
answer سيصلك مبلغ {price} قبل {date}.
more هل الإرجاع مجاني؟|التبديل مجاني دائماً.

# size
open هل مقاس {product} صغير؟ ألبس عادةً {size}.
ask هل ترغب في مساحة لطبقة دافئة تحته؟|نعم، للشتاء.
answer إذاً أنصحك بالمقاس {size}.
more هل هو متوفر؟|نعم، لدينا {count} قطع باللون: {color}.

# billing
open تم خصم المبلغ مرتين للطلب {order}!
ask هل دفعت بالبطاقة؟|نعم، بتاريخ {date}.
answer إحدى العمليتين مجرد حجز مؤقت وستختفي خلال أيام.
open كود الخصم لا يعمل.
ask ما هو الكود؟|SHITA20
answer أضفت الخصم يدوياً، والمجموع الآن {price}.
more هل يمكنني الحصول على فاتورة؟|أرسلتها إلى {email}.
)texts";

}  // namespace parley::transfer::demo
