<?php

return [

    'geocoder' => [
        'url' => env('GEOCODER_URL'),
        'timeout' => env('GEOCODER_TIMEOUT', 5),
    ],

];
